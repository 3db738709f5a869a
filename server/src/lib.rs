//! The web server around the pages.

pub mod assets;
pub mod html;
pub mod preferences;
pub mod router;
pub mod viewer;
