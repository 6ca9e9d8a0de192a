//! What was asked for: parameters by name, in a query or a form.

use super::Fault;
use jiff::Timestamp;
use model::time::TimeMs;
use url::form_urlencoded;

/// Parameters in the order they came. One that is empty counts as absent.
#[derive(Clone, Debug, Default)]
pub struct Asked(Vec<(String, String)>);

impl Asked {
    /// Of a query or an urlencoded form.
    pub fn of(text: &[u8]) -> Asked {
        let pairs = form_urlencoded::parse(text).into_owned();
        let mut asked = Asked::default();
        pairs.for_each(|(name, value)| asked.push(name, value));
        asked
    }

    /// One more.
    pub fn push(&mut self, name: String, value: String) {
        if !value.trim().is_empty() {
            self.0.push((name, value));
        }
    }

    /// These, then those.
    pub fn and(mut self, those: Asked) -> Asked {
        self.0.extend(those.0);
        self
    }

    /// The first of that name, trimmed.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut pairs = self.0.iter();
        let found = pairs.find(|(of, _)| of == name);
        found.map(|(_, value)| value.trim())
    }

    /// All of that name, trimmed.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let pairs = self.0.iter().filter(move |(of, _)| of == name);
        pairs.map(|(_, value)| value.trim())
    }

    /// `attribute[CODE]` and `attribute[CODE][]`, each with its code.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|(name, value)| {
            let code = name.strip_prefix("attribute[")?;
            let code = code.strip_suffix("[]").unwrap_or(code).strip_suffix(']')?;
            Some((code, value.trim()))
        })
    }

    /// The parts of a list with commas.
    pub fn list<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let parts: std::str::Split<'a, char> = self.get(name).unwrap_or_default().split(',');
        parts.map(str::trim).filter(|part| !part.is_empty())
    }

    /// A moment: ISO 8601 with `Z` or an offset.
    pub fn moment(&self, name: &str) -> Result<Option<TimeMs>, Fault> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        // A client that does not escape `+08:00` sends a space.
        let text = text.replace(' ', "+");
        let moment: Result<Timestamp, _> = text.parse();
        let moment = moment
            .map_err(|_| Fault::bad(format!("{name} is a time like 2026-11-23T08:00:00+08:00")))?;
        Ok(Some(TimeMs(moment.as_millisecond())))
    }

    /// A whole number from 1.
    pub fn count(&self, name: &str, usual: u32) -> Result<u32, Fault> {
        match self.get(name) {
            None => Ok(usual),
            Some(text) => match text.parse() {
                Ok(number) if number > 0 => Ok(number),
                _ => Err(Fault::bad(format!("{name} is a whole number from 1"))),
            },
        }
    }

    /// Degrees.
    pub fn degrees(&self, name: &str) -> Result<Option<f64>, Fault> {
        let parse = |text: &str| {
            text.parse()
                .map_err(|_| Fault::bad(format!("{name} is a number")))
        };
        self.get(name).map(parse).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_as_foreign_clients_send_them() {
        let asked = Asked::of(
            b"lat=&attribute[a]=1&attribute%5Bb%5D%5B%5D=2&attribute[b][]=3&attribute[c=4\
              &service_code=x,,y&start_date=2026-11-23T08:00:00+08:00&end_date=2026-11-23&page=0",
        );
        assert_eq!(asked.get("lat"), None, "empty is absent");
        let attributes: Vec<_> = asked.attributes().collect();
        assert_eq!(attributes, [("a", "1"), ("b", "2"), ("b", "3")]);
        assert_eq!(asked.list("service_code").collect::<Vec<_>>(), ["x", "y"]);
        let start = asked.moment("start_date").expect("a time");
        assert_eq!(start, Some(TimeMs(1_795_392_000_000)));
        assert!(asked.moment("end_date").is_err());
        assert!(asked.count("page", 1).is_err());
        assert_eq!(asked.count("page_size", 7), Ok(7));
    }
}
