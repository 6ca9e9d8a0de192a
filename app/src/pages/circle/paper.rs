//! How much of the card for the wall fits on the paper it is printed on.
//!
//! Lengths are those of `style/circle.css`, which gives every line of the card a height of its
//! own: so it can be said beforehand how many rows there is room for. Should a long name need one
//! line more than is thought here, the card goes on on a second sheet and loses nothing.

use crate::parts::Paper;

/// What the card is printed on where nobody has said otherwise.
pub const USUAL: Paper = Paper::A4;

/// A paper as `style/circle.css` has it, in millimetres; type in ems.
struct Measure {
    /// A line of the rows.
    line_mm: f64,
    /// Between two rows.
    between_mm: f64,
    /// What is left for the rows by heading and foot.
    rows_mm: f64,
    /// Characters beside each other.
    columns: f64,
    /// So many of them, on a row's first line, are its minutes and its number.
    beside: f64,
    /// Lines that the number has for itself.
    number: f64,
    /// Numbers to call at its foot.
    numbers: usize,
}

const A4: Measure = Measure {
    line_mm: 7.4,
    between_mm: 2.4,
    rows_mm: 194.0,
    columns: 32.0,
    beside: 13.0,
    number: 0.0,
    numbers: 4,
};

const A5: Measure = Measure {
    line_mm: 6.4,
    between_mm: 2.0,
    rows_mm: 121.0,
    columns: 26.0,
    beside: 13.0,
    number: 0.0,
    numbers: 3,
};

/// A roll goes on as long as one likes; a strip of 30 cm is what a refrigerator door holds.
const ROLL80: Measure = Measure {
    line_mm: 6.0,
    between_mm: 2.0,
    rows_mm: 180.0,
    columns: 15.0,
    beside: 5.0,
    number: 1.0,
    numbers: 3,
};

const ROLL58: Measure = Measure {
    line_mm: 5.4,
    between_mm: 2.0,
    rows_mm: 165.0,
    columns: 11.0,
    beside: 5.0,
    number: 1.0,
    numbers: 3,
};

fn measure(paper: Paper) -> Measure {
    match paper {
        Paper::Roll58 => ROLL58,
        Paper::Roll80 => ROLL80,
        Paper::A5 => A5,
        Paper::A4 => A4,
    }
}

/// How many telephone numbers stand at the foot of the card.
pub fn numbers(paper: Paper) -> usize {
    measure(paper).numbers
}

/// How many of these rows there is room for, from the first on. A row is the two texts that it
/// shows: what it is, and its name and address.
pub fn fitting<'a>(paper: Paper, rows: impl Iterator<Item = (&'a str, &'a str)>) -> usize {
    let measure = measure(paper);
    let mut left_mm = measure.rows_mm;
    let room_for = |(kind, place): &(&str, &str)| {
        let Measure {
            columns,
            beside,
            number,
            ..
        } = measure;
        let lines = lines(kind, columns - beside) + lines(place, columns) + number;
        left_mm -= lines * measure.line_mm + measure.between_mm;
        left_mm >= 0.0
    };
    rows.take_while(room_for).count()
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
        fitting(paper, std::iter::repeat_n(("社区服务站", place), 30))
    }

    #[test]
    fn as_many_as_there_is_room_for() {
        let short = "云栖社区服务站 · 河东路1号";
        assert_eq!([fits(Paper::A4, short), fits(Paper::A5, short)], [11, 8]);
        assert_eq!([fits(Paper::A4, LONG), fits(Paper::A5, LONG)], [7, 4]);
        let rolls = [Paper::Roll80, Paper::Roll58];
        assert_eq!(rolls.map(|roll| fits(roll, short)), [9, 6]);
        assert_eq!(rolls.map(|roll| fits(roll, LONG)), [4, 3]);
        assert_eq!(fitting(Paper::A4, [("药店", short)].into_iter()), 1);
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
