// nginx in front of servers of ours, as docs/operating.md tells operators to set it up.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What docs/operating.md tells operators to write, and no more. */
const conf = (folder, front, ports) => `
${process.getuid() === 0 ? "user root;" : ""} daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/error.log warn;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  upstream nodes { ${ports.map((port) => `server 127.0.0.1:${port} max_fails=1 fail_timeout=1s;`).join(" ")} }
  server {
    listen 127.0.0.1:${front};
    client_max_body_size 16m;
    location / {
      proxy_pass http://nodes;
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_next_upstream error timeout;
    }
  }
}`;

/** Starts it before the servers on `ports`; it listens on `front`. */
export async function startNginx(folder, front, ports) {
  const file = join(folder, "nginx.conf");
  await writeFile(file, conf(folder, front, ports));
  const child = spawn("nginx", ["-c", file, "-e", join(folder, "error.log")], { stdio: "inherit" });
  process.on("exit", () => child.kill());
  await new Promise((resolve) => setTimeout(resolve, 500));
  if (child.exitCode !== null) throw new Error("nginx did not start");
  const stop = async () => { child.kill("SIGQUIT"); await once(child, "exit"); };
  return { stop };
}
