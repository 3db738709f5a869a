//! `madang mail …`.

mod list;
mod resend;
mod test;

use clap::Subcommand;

use super::Answer;

/// Letters
#[derive(Subcommand)]
pub enum MailCommand {
    Test(test::MailTestArgs),
    List(list::MailListArgs),
    Resend(resend::MailResendArgs),
}

impl MailCommand {
    pub async fn run(self) -> anyhow::Result<Answer> {
        match self {
            Self::Test(args) => args.run().await,
            Self::List(args) => args.run().await,
            Self::Resend(args) => args.run().await,
        }
    }
}
