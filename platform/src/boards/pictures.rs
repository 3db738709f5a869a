//! Pictures as they are kept: decoded, made no larger than a page shows and encoded anew, so that nothing but the picture is left of what
//! somebody's camera or program wrote.

use std::io::Cursor;

use bytes::Bytes;
use domain::boards::files::{PICTURE_SIDE, PIXELS_MAX};
use domain::error::FieldProblem;
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits};
use tokio::sync::Semaphore;

use crate::error::{Error, Result};

/// Pictures that are decoded at once: each may take [`MEMORY`] and as much again.
static AT_ONCE: Semaphore = Semaphore::const_new(2);
/// Bytes that a decoded picture may take: four for each of the most pixels.
const MEMORY: u64 = 4 * PIXELS_MAX;
/// Of photos; what is drawn is kept without loss.
const QUALITY: u8 = 85;

/// A picture as it is kept.
#[derive(Debug)]
pub(super) struct Picture {
    pub bytes: Bytes,
    pub media_type: &'static str,
    /// Of its name.
    pub ending: &'static str,
    /// Width and height in pixels.
    pub size: (u32, u32),
}

/// Whether a file is one of the pictures that are shown, by its name's ending.
pub(super) fn is_picture(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    ending.is_some_and(|ending| ["png", "jpg", "jpeg", "webp", "gif"].contains(&ending.as_str()))
}

/// The picture as it is kept, made on a thread of its own kind; inside, what is wrong with it.
pub(super) async fn kept(bytes: Bytes) -> Result<Result<Picture, FieldProblem>> {
    let permit = AT_ONCE.acquire().await.map_err(Error::other)?;
    let made = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        convert(&bytes)
    });
    // A decoder that gives up in whatever way has met no picture.
    Ok(made.await.unwrap_or(Err(FieldProblem::PictureBroken)))
}

fn convert(bytes: &[u8]) -> Result<Picture, FieldProblem> {
    let broken = |_| FieldProblem::PictureBroken;
    let format = image::guess_format(bytes).map_err(broken)?;
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(2 * MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(broken)?;
    // What the head says, before anything is decoded: few bytes may say that they are very many.
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXELS_MAX || decoder.total_bytes() > MEMORY {
        return Err(FieldProblem::PictureLarge);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(broken)?;
    if width.max(height) > PICTURE_SIDE {
        image = image.thumbnail(PICTURE_SIDE, PICTURE_SIDE);
    }
    image.apply_orientation(orientation);
    let is_photo = format == ImageFormat::Jpeg || (format == ImageFormat::WebP && !image.color().has_alpha());
    let mut kept = Vec::new();
    if is_photo {
        let image = image.to_rgb8();
        image.write_with_encoder(JpegEncoder::new_with_quality(&mut kept, QUALITY)).map_err(broken)?;
    } else {
        let image: DynamicImage = match (image.color().has_color(), image.color().has_alpha()) {
            (true, true) => image.to_rgba8().into(),
            (true, false) => image.to_rgb8().into(),
            (false, true) => image.to_luma_alpha8().into(),
            (false, false) => image.to_luma8().into(),
        };
        image.write_to(&mut Cursor::new(&mut kept), ImageFormat::Png).map_err(broken)?;
    }
    let (media_type, ending) = if is_photo { ("image/jpeg", "jpg") } else { ("image/png", "png") };
    Ok(Picture { bytes: kept.into(), media_type, ending, size: (image.width(), image.height()) })
}

#[cfg(test)]
mod tests {
    use image::{GrayImage, Rgb, RgbImage, Rgba, RgbaImage};

    use super::*;

    fn written(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Vec::new();
        image.write_to(&mut Cursor::new(&mut bytes), format).unwrap();
        bytes
    }

    /// A photo, 40 by 20, red on the left and blue on the right, that a camera has turned and put a place into.
    fn photo_with_place() -> Vec<u8> {
        let image = RgbImage::from_fn(40, 20, |x, _| if x < 20 { Rgb([250, 0, 0]) } else { Rgb([0, 0, 250]) });
        let plain = written(&image.into(), ImageFormat::Jpeg);
        // TIFF: orientation 6 (turn it right), and a GPS directory with a latitude's name and a maker's words.
        let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x03".to_vec();
        exif.extend(b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0");
        exif.extend(b"\x01\x0f\0\x02\0\0\0\x0b\0\0\0\x32");
        exif.extend(b"\x88\x25\0\x04\0\0\0\x01\0\0\0\x3d");
        exif.extend(b"\0\0\0\0SecretCam\0\0\0\x01\0\x01\0\x02\0\0\0\x02N\0\0\0\0\0\0\0GPS37.5665");
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        [&plain[..2], b"\xff\xe1", &length, &exif, &plain[2..]].concat()
    }

    fn holds(bytes: &[u8], words: &[u8]) -> bool {
        bytes.windows(words.len()).any(|part| part == words)
    }

    #[test]
    fn a_photo_is_turned_as_its_camera_was_held_and_keeps_nothing_of_where_that_was() {
        let sent = photo_with_place();
        assert!(holds(&sent, b"Exif") && holds(&sent, b"GPS37.5665") && holds(&sent, b"SecretCam"));
        let kept = convert(&sent).unwrap();
        assert_eq!((kept.size, kept.media_type), ((20, 40), "image/jpeg"), "it stands upright");
        for words in [&b"Exif"[..], b"GPS", b"SecretCam", b"37.5665", b"\xff\xe1"] {
            assert!(!holds(&kept.bytes, words), "{}", String::from_utf8_lossy(words));
        }
        let seen = image::load_from_memory(&kept.bytes).unwrap().to_rgb8();
        assert!(seen.get_pixel(10, 2).0[0] > 200 && seen.get_pixel(10, 37).0[2] > 200, "what was left is above");
    }

    #[test]
    fn a_picture_of_each_kind_is_one_that_every_browser_shows_and_no_larger_than_a_page_shows() {
        let wide = DynamicImage::from(RgbaImage::from_pixel(4_000, 30, Rgba([1, 2, 3, 128])));
        let kept = convert(&written(&wide, ImageFormat::Png)).unwrap();
        assert_eq!((kept.size, kept.media_type), ((2_000, 15), "image/png"));
        assert!(image::load_from_memory(&kept.bytes).unwrap().color().has_alpha());
        let small = DynamicImage::from(RgbaImage::from_pixel(3, 2, Rgba([1, 2, 3, 255])));
        assert_eq!(convert(&written(&small, ImageFormat::Gif)).unwrap().media_type, "image/png");
        assert_eq!(convert(&written(&small, ImageFormat::WebP)).unwrap().ending, "png");
        let opaque = DynamicImage::from(RgbImage::from_pixel(3, 2, Rgb([1, 2, 3])));
        assert_eq!(convert(&written(&opaque, ImageFormat::WebP)).unwrap().ending, "jpg");
        assert!(is_picture("a.PNG") && is_picture("가.jpeg") && !is_picture("a.svg") && !is_picture("png"));
    }

    #[test]
    fn few_bytes_that_say_they_are_very_many_pixels_are_refused_before_they_are_decoded() {
        let honest = written(&GrayImage::new(4, 4).into(), ImageFormat::Png);
        // Width and height stand behind the sixteenth byte, their sum after thirteen bytes of the first part.
        let mut bomb = honest.clone();
        bomb[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
        bomb[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
        let sum = crc(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&sum.to_be_bytes());
        assert_eq!(convert(&bomb).unwrap_err(), FieldProblem::PictureLarge);
        assert!(convert(&honest).is_ok());
        for broken in
            [&honest[..honest.len() / 2], b"GIF89a", b"\xff\xd8\xff\xe0", b"RIFF\x10\0\0\0WEBPVP8 ", b"<svg/>", b""]
        {
            assert_eq!(convert(broken).unwrap_err(), FieldProblem::PictureBroken, "{broken:?}");
        }
    }

    /// As PNG sums up a part.
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0_u32, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 })
        })
    }
}
