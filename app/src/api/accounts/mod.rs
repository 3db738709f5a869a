//! Signing up, in and out; what people change of their accounts.

pub mod addresses;
pub mod doors;
pub mod institution;
pub mod leaving;
pub mod passwords;
pub mod profile;
pub mod second_factor;
pub mod tokens;

pub use self::addresses::{AskForAddress, KeepOldAddress, SendVerification, VerifyAddress};
pub use self::doors::{EndSession, LogIn, LogOut, LogOutEverywhere, SignUp};
pub use self::institution::{FinishArrival, JoinByInstitution, LinkIdentity, UnlinkIdentity};
pub use self::leaving::DeleteAccount;
pub use self::passwords::{AskForReset, ChangePassword, ResetPassword};
pub use self::profile::{SetProfile, SetPublicName};
pub use self::second_factor::{RenewRecoveryCodes, TurnOffSecondFactor, TurnOnSecondFactor};
pub use self::tokens::{CreateToken, RevokeToken};
