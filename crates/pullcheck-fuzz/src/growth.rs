//! The work on a text grows as the text does.

use std::{sync::Arc, time::Duration};

use cpu_time::ThreadTime;

use crate::{
    fix::round,
    input::texts,
    project::{around, judged, settings},
};

/// The sizes, in bytes, at which the work is measured.
const SMALL: usize = 4 << 10;
const LARGE: usize = 32 << 10;

/// How many times longer the work on the large text may take than on the small one. Linear work takes
/// eight times as long, quadratic work 64 times.
const MOST: u32 = 24;

/// Work that is done in this time is not looked into: what templates may do is bounded, but not by their
/// size.
const UNNOTICED: Duration = Duration::from_secs(1);

/// What is too slow is measured again, this often: the machine may have been busy.
const ATTEMPTS: usize = 3;

/// In a text that is repeated: a number that is another each time, and the one before.
const NUMBER: &str = "\u{1}";
const NUMBER_BEFORE: &str = "\u{2}";

/// An input is what is repeated, what stands before it and what stands behind it.
pub fn holds(data: &[u8]) {
    let mut texts = texts(data);
    let unit = texts.next().unwrap_or_default();
    let (before, after) = (texts.next().unwrap_or_default(), texts.next().unwrap_or_default());
    if unit.is_empty() {
        return;
    }
    let text = |size: usize| {
        let one = |number: usize| {
            let before = number.saturating_sub(1).to_string();
            unit.replace(NUMBER, &number.to_string()).replace(NUMBER_BEFORE, &before)
        };
        let units: String = (0..size / unit.len()).map(one).collect();
        [&*before, &units, &after].concat()
    };
    let (small, large) = (text(SMALL), text(LARGE));
    for _ in 0..ATTEMPTS {
        let slow = time(&large);
        if slow < UNNOTICED || slow < time(&small) * MOST {
            return;
        }
    }
    panic!(
        "the work is not linear: {:?} for {LARGE} bytes, {:?} for {SMALL}",
        time(&large),
        time(&small)
    );
}

/// How long a text takes as each kind of file.
fn time(text: &str) -> Duration {
    let settings = Arc::new(settings());
    let began = ThreadTime::now();
    for files in around(text, None) {
        let judged = judged(&files, &settings);
        if let Some(judged) = judged.first() {
            round(text, &judged.findings);
        }
    }
    began.elapsed()
}
