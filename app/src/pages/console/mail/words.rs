use platform::competitions::letters::LetterState;
use platform::mail::transport::Step;

use crate::i18n::{Locale, k, t};

/// What a kind of letter is called, where a competition causes it.
pub fn letter_kind_word(l: Locale, kind: &str) -> Option<&'static str> {
    use k::console::mail::kind as w;
    Some(t(
        l,
        match kind {
            "role_invitation" => w::ROLE_INVITATION,
            "team_invitation" => w::TEAM_INVITATION,
            "application_invitation" => w::APPLICATION_INVITATION,
            "application_approved" => w::APPLICATION_APPROVED,
            "application_waits" => w::APPLICATION_WAITS,
            "application_declined" => w::APPLICATION_DECLINED,
            "applications_wait" => w::APPLICATIONS_WAIT,
            "place_offered" => w::PLACE_OFFERED,
            "participation_ended" => w::PARTICIPATION_ENDED,
            "required_notice" => w::REQUIRED_NOTICE,
            "question_asked" => w::QUESTION_ASKED,
            "post_answered" => w::POST_ANSWERED,
            "post_commented" => w::POST_COMMENTED,
            "question_same" => w::QUESTION_SAME,
            "question_published" => w::QUESTION_PUBLISHED,
            "post_mentioned" => w::POST_MENTIONED,
            "removed_from_team" => w::REMOVED_FROM_TEAM,
            "leads_team" => w::LEADS_TEAM,
            "team_idle_soon" => w::TEAM_IDLE_SOON,
            "team_excluded" => w::TEAM_EXCLUDED,
            "team_restored" => w::TEAM_RESTORED,
            "case_asked" => w::CASE_ASKED,
            "case_decided" => w::CASE_DECIDED,
            "case_deliberates" => w::CASE_DELIBERATES,
            _ => return None,
        },
    ))
}

pub fn letter_state_word(l: Locale, state: LetterState) -> &'static str {
    use k::console::mail as w;
    t(
        l,
        match state {
            LetterState::Failed => w::FAILED,
            LetterState::Waiting => w::WAITING,
            LetterState::Sent => w::SENT,
        },
    )
}

/// Why a letter failed or did not go out at once, with the mail server's code for whoever can read it.
pub fn letter_reason(l: Locale, error: &str) -> String {
    use k::console::mail::reason as w;
    let word = match Step::of(error) {
        Some(Step::Recipient) => w::RECIPIENT,
        Some(Step::Content) => w::CONTENT,
        Some(Step::Late) => w::LATE,
        Some(Step::Connecting | Step::Encrypting) => w::CONNECTING,
        Some(Step::LoggingIn | Step::Sender | Step::Folder) => w::SETTINGS,
        Some(Step::Writing) | None => w::OTHER,
    };
    match error.rsplit_once(" (") {
        Some((_, code)) if code.ends_with(')') && code.starts_with(|c: char| c.is_ascii_digit()) => {
            format!("{} ({code}", t(l, word))
        }
        _ => t(l, word).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use platform::mail::letter::Letter;

    use super::*;

    #[test]
    fn every_kind_of_letter_that_a_competition_causes_has_a_name() {
        for kind in Letter::OF_COMPETITIONS {
            assert!(letter_kind_word(Locale::Ko, kind).is_some(), "{kind}");
        }
        assert_eq!(letter_kind_word(Locale::Ko, "reset_password"), None);
    }

    #[test]
    fn a_reason_is_said_in_plain_words_with_the_servers_code_behind_it() {
        let said = letter_reason(Locale::En, "the recipient was refused (550 5.1.1)");
        assert_eq!(said, "The receiving server refused the address (550 5.1.1)");
        assert!(!letter_reason(Locale::Ko, "the server did not answer").contains("server"));
    }
}
