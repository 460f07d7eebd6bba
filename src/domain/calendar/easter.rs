//! Easter Sunday, on which most movable holidays hang.

use chrono::NaiveDate;

/// Easter Sunday of a year in the Gregorian calendar, by the anonymous Gregorian computus (J. Meeus, *Astronomical
/// Algorithms*, chapter 8); `None` where chrono has no such year.
pub fn easter(year: i32) -> Option<NaiveDate> {
    let golden = year.rem_euclid(19);
    let (century, of_century) = (year.div_euclid(100), year.rem_euclid(100));
    let moon_shift = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + century - century / 4 - moon_shift + 15).rem_euclid(30);
    let to_sunday =
        (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4).rem_euclid(7);
    let late = (golden + 11 * epact + 22 * to_sunday) / 451;
    // Days after 22 March, the earliest Easter there is.
    let after = epact + to_sunday - 7 * late;
    NaiveDate::from_ymd_opt(year, 3, 22)?
        .checked_add_days(chrono::Days::new(u64::try_from(after).ok()?))
}

#[cfg(test)]
mod tests {
    use chrono::Datelike as _;

    use super::*;

    /// The golden number's full moon with the solar and lunar corrections of 1582, as Knuth states it (*The Art of
    /// Computer Programming*, volume 1, section 1.3.2, exercise 14): another way to the same day.
    fn by_knuth(year: i32) -> NaiveDate {
        let golden = year % 19 + 1;
        let century = year / 100 + 1;
        let leaps_dropped = 3 * century / 4 - 12;
        let moon = (8 * century + 5) / 25 - 5;
        let sunday = 5 * year / 4 - leaps_dropped - 10;
        let mut epact = (11 * golden + 20 + moon - leaps_dropped).rem_euclid(30);
        if (epact == 25 && golden > 11) || epact == 24 {
            epact += 1;
        }
        let mut full_moon = 44 - epact;
        if full_moon < 21 {
            full_moon += 30;
        }
        let day = full_moon + 7 - (sunday + full_moon) % 7;
        NaiveDate::from_ymd_opt(year, 3, 1).unwrap() + chrono::Duration::days(i64::from(day) - 1)
    }

    #[test]
    fn two_ways_come_to_the_same_sunday() {
        for year in 1900..=2200 {
            let day = easter(year).unwrap();
            assert_eq!(day, by_knuth(year), "{year}");
            assert_eq!(day.weekday(), chrono::Weekday::Sun, "{year}");
        }
    }

    #[test]
    fn easter_falls_where_the_almanacs_have_it() {
        // Month and day, 2000 to 2039.
        const ALMANAC: [(u32, u32); 40] = [
            (4, 23),
            (4, 15),
            (3, 31),
            (4, 20),
            (4, 11),
            (3, 27),
            (4, 16),
            (4, 8),
            (3, 23),
            (4, 12),
            (4, 4),
            (4, 24),
            (4, 8),
            (3, 31),
            (4, 20),
            (4, 5),
            (3, 27),
            (4, 16),
            (4, 1),
            (4, 21),
            (4, 12),
            (4, 4),
            (4, 17),
            (4, 9),
            (3, 31),
            (4, 20),
            (4, 5),
            (3, 28),
            (4, 16),
            (4, 1),
            (4, 21),
            (4, 13),
            (3, 28),
            (4, 17),
            (4, 9),
            (3, 25),
            (4, 13),
            (4, 5),
            (4, 25),
            (4, 10),
        ];
        for (year, (month, day)) in (2000..).zip(ALMANAC) {
            assert_eq!(
                easter(year),
                NaiveDate::from_ymd_opt(year, month, day),
                "{year}"
            );
        }
        // The earliest and the latest there can be, and the ends of what is promised.
        for (year, month, day) in [
            (1818, 3, 22),
            (1943, 4, 25),
            (1900, 4, 15),
            (1954, 4, 18),
            (1981, 4, 19),
            (2200, 4, 6),
        ] {
            assert_eq!(
                easter(year),
                NaiveDate::from_ymd_opt(year, month, day),
                "{year}"
            );
        }
    }
}
