pub mod design;
pub mod home;
