//! The sheets that the card for the wall is printed on, and how much of it fits on one.
//!
//! Lengths are those of `style/circle.css`, which gives every line of the card a height of its
//! own: so it can be said beforehand how many rows one sheet holds. Should a long name need one
//! line more than is thought here, the card goes on on a second sheet and loses nothing.

/// A sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    /// 210 × 297 mm: for the wall.
    A4,
    /// Half of it: beside the telephone.
    A5,
}

/// A sheet as `style/circle.css` has it, in millimetres; type in ems.
struct Measure {
    /// A line of the rows.
    line_mm: f64,
    /// Between two rows.
    between_mm: f64,
    /// What is left for the rows by heading and foot.
    rows_mm: f64,
    /// Characters beside each other.
    columns: f64,
    /// Numbers to call at its foot.
    numbers: usize,
}

const A4: Measure = Measure {
    line_mm: 7.4,
    between_mm: 2.4,
    rows_mm: 194.0,
    columns: 32.0,
    numbers: 4,
};

const A5: Measure = Measure {
    line_mm: 6.4,
    between_mm: 2.0,
    rows_mm: 121.0,
    columns: 26.0,
    numbers: 3,
};

/// So many columns of a row's first line are its minutes and its number.
const BESIDE: f64 = 13.0;

impl Paper {
    /// The larger first.
    pub const ALL: [Paper; 2] = [Paper::A4, Paper::A5];

    /// In `data-wall`.
    pub fn name(self) -> &'static str {
        match self {
            Paper::A4 => "a4",
            Paper::A5 => "a5",
        }
    }

    /// What it is called.
    pub fn words(self) -> &'static str {
        match self {
            Paper::A4 => tr!(circle.paper_a4),
            Paper::A5 => tr!(circle.paper_a5),
        }
    }

    /// What it is good for.
    pub fn hint(self) -> &'static str {
        match self {
            Paper::A4 => tr!(circle.paper_a4_hint),
            Paper::A5 => tr!(circle.paper_a5_hint),
        }
    }

    /// How many telephone numbers stand at its foot.
    pub fn numbers(self) -> usize {
        self.measure().numbers
    }

    /// How many of these rows fit on one sheet, from the first on. A row is the two texts that it
    /// shows: what it is, and its name and address.
    pub fn fitting<'a>(self, rows: impl Iterator<Item = (&'a str, &'a str)>) -> usize {
        let Measure {
            line_mm,
            between_mm,
            rows_mm,
            columns,
            ..
        } = self.measure();
        let mut left_mm = rows_mm;
        let room_for = |(kind, place): &(&str, &str)| {
            let lines = lines(kind, columns - BESIDE) + lines(place, columns);
            left_mm -= lines * line_mm + between_mm;
            left_mm >= 0.0
        };
        rows.take_while(room_for).count()
    }

    fn measure(self) -> Measure {
        match self {
            Paper::A4 => A4,
            Paper::A5 => A5,
        }
    }
}

/// Lines that a text takes, at least one. One column is left free: a line breaks before a stop or
/// a number, not in it.
fn lines(text: &str, columns: f64) -> f64 {
    let wide = text.chars().map(|c| if c.is_ascii() { 0.58 } else { 1.0 });
    (wide.sum::<f64>() / (columns - 1.0)).ceil().max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &str = "云栖街道长乐里第二社区居民委员会老年助餐服务点（原长乐里第一幼儿园旧址）二层东侧 · 河东路1号院5号楼";

    fn fits(paper: Paper, place: &str) -> usize {
        paper.fitting(std::iter::repeat_n(("社区服务站", place), 30))
    }

    #[test]
    fn as_many_as_there_is_room_for() {
        let short = "云栖社区服务站 · 河东路1号";
        assert_eq!([fits(Paper::A4, short), fits(Paper::A5, short)], [11, 8]);
        assert_eq!([fits(Paper::A4, LONG), fits(Paper::A5, LONG)], [7, 4]);
        assert_eq!(Paper::A4.fitting([("药店", short)].into_iter()), 1);
    }

    #[test]
    fn lines_of_a_text() {
        for (text, columns, expected) in [
            ("", 10.0, 1.0),
            ("药店", 10.0, 1.0),
            ("社区卫生服务中心一", 10.0, 1.0),
            ("社区卫生服务中心一二", 10.0, 2.0),
            ("010-5550-0100", 9.0, 1.0),
        ] {
            assert_eq!(lines(text, columns), expected, "{text}");
        }
    }
}
