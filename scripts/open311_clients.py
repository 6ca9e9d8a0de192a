"""Other people's Open311 clients against the built server: what they read and hand in, unchanged.

three 0.8.0 reads and hands in by JSON; it was written for Python 2, and is given the one name that
Python 3 has dropped. georeport 0.3.1 reads by JSON, after its own checks of what it is given.
"""

import itertools
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

itertools.ifilter = filter

import georeport  # noqa: E402
import three  # noqa: E402

BINARY = os.environ["BINARY"]


class Clients(unittest.TestCase):
    """One server with the sample street for all of them."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(dir=".run")
        cls.addClassCleanup(folder.cleanup)
        data = ["--data", str(pathlib.Path(folder.name, "data"))]
        serve = [BINARY, "serve", "--listen", "127.0.0.1:0", "--sample", *data]
        quiet = {**os.environ, "YIKEZHONG_LOG": "warn"}
        server = subprocess.Popen(serve, stdout=subprocess.PIPE, text=True, env=quiet)
        cls.addClassCleanup(server.wait)
        cls.addClassCleanup(server.stdout.close)
        cls.addClassCleanup(server.terminate)
        lines = iter(server.stdout.readline, "")
        found = (re.search(r"listening on (http://\S+)", line) for line in lines)
        cls.base = next(match for match in found if match).group(1)
        # The sample is filled in before the server listens: its key can be made now.
        made = subprocess.run([BINARY, "apikey", "add", "clients", *data], capture_output=True, text=True, check=True)
        cls.key = re.search(r"\S{20,}", made.stdout).group(0)

    def three(self, **more):
        return three.Three(f"{self.base}/open311/v2", api_key=self.key, **more)

    def test_three_finds_what_may_be_reported(self):
        services = self.three().services()
        codes = {service["service_code"] for service in services}
        self.assertIn("garbage", codes)
        with_questions = next(service for service in services if service["metadata"])
        definition = self.three().services(with_questions["service_code"])
        self.assertEqual(definition["service_code"], with_questions["service_code"])
        self.assertTrue(definition["attributes"])

    def test_three_finds_the_way_in(self):
        discovery = self.three(discovery=f"{self.base}/open311/discovery.json").discovery()
        urls = [endpoint["url"] for endpoint in discovery["endpoints"]]
        self.assertTrue(any(url.endswith("/open311/v2") for url in urls), urls)

    def test_three_hands_in_and_asks_after_its_token(self):
        client = self.three()
        photo = pathlib.Path("bench/photo.jpg")
        with photo.open("rb") as media:
            handed_in = client.post(
                "garbage", lat="39.9925", long="116.3125", name="Xiuying Wang",
                phone="13800001234", description="垃圾桶满了", media=media,
            )
        self.assertEqual(client.post_response.status_code, 201, client.post_response.text)
        token = handed_in[0]["token"]
        asked = client.token(token)
        self.assertEqual(asked[0]["token"], token)
        self.assertFalse(asked[0].get("service_request_id"), "nobody has looked yet")

    def test_three_is_told_what_was_wrong(self):
        client = self.three()
        client.post("no-such-service", lat="39.9925", long="116.3125", description="x")
        self.assertEqual(client.post_response.status_code, 404)
        refused = self.three()
        refused.api_key = "wrong"
        refused.post("garbage", lat="39.9925", long="116.3125", description="x")
        self.assertEqual(refused.post_response.status_code, 403)

    def test_three_reads_what_everybody_sees(self):
        self.assertEqual(self.three().requests("garbage", start="01-01-2026", end="03-01-2026"), [])

    def test_georeport_reads(self):
        client = georeport.GeoReport(f"{self.base}/open311/v2")
        codes = {service["service_code"] for service in client.get_service_list()}
        self.assertIn("garbage", codes)
        self.assertEqual(client.get_service_requests(), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
