//! One picture made fit for a letter: really decoded, turned as its camera says, scaled, and written anew, so that
//! nothing but what is seen is left of it. The same octets give the same picture.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder as _, ImageError, ImageReader, Limits, Rgb, RgbImage,
    codecs::jpeg::JpegEncoder, imageops::FilterType,
};

use crate::domain::key::sha256;

/// The longest side of a picture in a letter, in pixels.
const LONGEST: u32 = 1200;
/// The shortest side worth showing: what is smaller counts readers or is an icon.
const SHORTEST: u32 = 64;
/// The most pixels that are decoded.
const MOST_PIXELS: u64 = 50_000_000;
/// The most octets that decoding may take.
const MOST_MEMORY: u64 = 300 * 1024 * 1024;
/// JPEG quality: what a reader cannot tell from the original on a screen.
const QUALITY: u8 = 82;

/// A picture as letters show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Made {
    /// Its file's name: the hash of its octets.
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// Makes a picture of octets from outside.
///
/// # Errors
/// Why they are none that a letter can show.
pub(super) fn make(bytes: &[u8]) -> Result<Made, String> {
    let decoded = decoded(bytes)?;
    let scaled = if decoded.width().max(decoded.height()) > LONGEST {
        decoded.resize(LONGEST, LONGEST, FilterType::CatmullRom)
    } else {
        decoded
    };
    let picture = on_white(&scaled);
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY)
        .encode_image(&picture)
        .map_err(|error| format!("cannot be written as JPEG ({error})"))?;
    let hash: String = sha256(&jpeg)[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok(Made {
        name: format!("{hash}.jpg"),
        width: picture.width(),
        height: picture.height(),
        bytes: jpeg,
    })
}

fn decoded(bytes: &[u8]) -> Result<DynamicImage, String> {
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|error| format!("cannot be read ({error})"))?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| no_picture(&error))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(format!(
            "is {width} x {height} pixels, more than {} million",
            MOST_PIXELS / 1_000_000
        ));
    }
    if width.min(height) < SHORTEST {
        return Err(format!(
            "is {width} x {height} pixels, too small to be shown"
        ));
    }
    // A camera that was held upright says so beside the picture, and that is about to be lost.
    let orientation = decoder.orientation().map_err(|error| no_picture(&error))?;
    let mut decoded = DynamicImage::from_decoder(decoder).map_err(|error| no_picture(&error))?;
    decoded.apply_orientation(orientation);
    Ok(decoded)
}

fn no_picture(error: &ImageError) -> String {
    match error {
        ImageError::Unsupported(_) => "is no JPEG, PNG, WebP or GIF".into(),
        ImageError::Limits(_) => "is too large to be decoded".into(),
        error => format!("is no whole picture ({error})"),
    }
}

/// Without transparency, which JPEG has not.
fn on_white(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let with_alpha = picture.to_rgba8();
    RgbImage::from_fn(with_alpha.width(), with_alpha.height(), |x, y| {
        let [red, green, blue, alpha] = with_alpha.get_pixel(x, y).0;
        let over = |colour: u8| {
            let (colour, alpha) = (u32::from(colour), u32::from(alpha));
            u8::try_from((colour * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
        };
        Rgb([over(red), over(green), over(blue)])
    })
}

#[cfg(test)]
pub(super) mod tests {
    use image::{ImageFormat, Rgba, RgbaImage};

    use super::*;

    /// A picture of a size in a format, a slope of colours.
    pub(in crate::source::pictures) fn sample(
        width: u32,
        height: u32,
        format: ImageFormat,
    ) -> Vec<u8> {
        let shade = |at: u32, of: u32| u8::try_from(at * 255 / of).unwrap();
        let picture = RgbImage::from_fn(width, height, |x, y| {
            Rgb([shade(x, width), shade(y, height), 90])
        });
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_picture_is_scaled_and_named_by_what_it_shows() {
        let large = sample(1600, 900, ImageFormat::Png);
        let made = make(&large).unwrap();
        assert_eq!((made.width, made.height), (1200, 675));
        assert_eq!(make(&large).unwrap(), made);
        let again = image::load_from_memory(&made.bytes).unwrap();
        assert_eq!((again.width(), again.height()), (1200, 675));
        for format in [ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif] {
            let made = make(&sample(90, 120, format)).unwrap();
            assert_eq!((made.width, made.height), (90, 120), "{format:?}");
        }
    }

    #[test]
    fn what_stood_beside_a_picture_is_gone_and_it_stands_upright() {
        let plain = sample(120, 80, ImageFormat::Jpeg);
        // An APP1 segment with EXIF: one entry, orientation 6, a quarter turn; then a name nobody should read.
        let mut exif =
            b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
        exif.extend_from_slice(b"Fotografens adresse");
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        let mut bytes = plain[..2].to_vec();
        bytes.extend_from_slice(&[0xff, 0xe1]);
        bytes.extend_from_slice(&length);
        bytes.extend_from_slice(&exif);
        bytes.extend_from_slice(&plain[2..]);
        let made = make(&bytes).unwrap();
        assert_eq!((made.width, made.height), (80, 120));
        let hidden = b"Fotografens";
        assert!(!made.bytes.windows(hidden.len()).any(|part| part == hidden));
    }

    #[test]
    fn transparency_becomes_white() {
        let clear = RgbaImage::from_pixel(70, 70, Rgba([255, 0, 0, 0]));
        let mut png = Cursor::new(Vec::new());
        clear.write_to(&mut png, ImageFormat::Png).unwrap();
        let made = make(&png.into_inner()).unwrap();
        let seen = image::load_from_memory(&made.bytes).unwrap().to_rgb8();
        assert!(seen.get_pixel(35, 35).0.iter().all(|part| *part > 250));
    }

    #[test]
    fn what_is_no_picture_is_told_from_one_that_is_broken_or_tiny() {
        let check = |bytes: &[u8], expected: &str| {
            let reason = make(bytes).unwrap_err();
            assert!(reason.contains(expected), "{reason}");
        };
        check(b"", "is no");
        check(b"<html>Ikke fundet</html>", "is no JPEG");
        check(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is no JPEG");
        check(&sample(1, 1, ImageFormat::Gif), "too small");
        let whole = sample(200, 200, ImageFormat::Png);
        check(&whole[..whole.len() / 2], "no whole picture");
        // A header that promises 60,000 pixels a side.
        let mut bomb = sample(100, 100, ImageFormat::Png);
        bomb[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
        assert!(make(&bomb).is_err());
    }
}
