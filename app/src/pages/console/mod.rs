//! The rooms of those who run a competition.

pub mod answers;
pub mod applications;
pub mod asked;
pub mod boards;
pub mod cases;
pub mod frame;
pub mod live;
pub mod mail;
pub mod notices;
pub mod organizes;
pub mod overview;
pub mod people;
pub mod role_invitation;
pub mod roles;
pub mod teams;
