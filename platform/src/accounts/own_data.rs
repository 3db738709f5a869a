//! All that is kept about a person, in one JSON for themselves. What belongs to others is not in it, nor are scores, which are shown when
//! and where they are to be.

use std::collections::HashMap;

use async_recursion::async_recursion as boxed;
use domain::access::{Actor, SiteAction};
use domain::address;
use domain::notifications::NotificationFilter;
use serde_json::{Map, Value, json};
use storage::notifications::MOST;

use super::sessions::LIFE;
use crate::error::Result;
use crate::services::Services;
use crate::throttle::Seldom;

/// The person's own data.
///
/// # Errors
/// `login_required`, `token_not_allowed`, `too_many_attempts`.
#[boxed]
pub async fn of(services: &Services, actor: &Actor) -> Result<Value> {
    actor.may(SiteAction::TakeData).check()?;
    let user = actor.person()?;
    let now = services.clock.now();
    services.throttle.seldom(Seldom::TakeData, user.id, now)?;
    let db = &services.db;
    let row = db.user_by_id(user.id).await?.ok_or(domain::ErrorCode::LoginRequired)?;
    let sessions = db.sessions_of(user.id, now).await?.into_iter().map(|session| {
        json!({ "device": session.device, "network": session.network, "began_at": session.began_at, "seen_at": session.expires_at - LIFE,
            "by_institution": session.by_institution })
    });
    let identities = db
        .identities_of(user.id)
        .await?
        .into_iter()
        .map(|one| json!({ "issuer": one.issuer, "subject": one.subject, "linked_at": one.linked_at }));
    let tokens = db.tokens_of(user.id).await?.into_iter().map(|token| {
        json!({ "name": token.name, "prefix": token.prefix, "scopes": token.scopes.keys(), "created_at": token.created_at,
            "expires_at": token.expires_at, "last_used_at": token.last_used_at })
    });
    let given = db.own_answer_files(user.id).await?;
    let participations = db.own_participations(user.id).await?.into_iter();
    let participations = participations.map(|part| {
        let answers: Option<Value> = part.answers.and_then(|answers| serde_json::from_str(&answers).ok());
        let files = given.iter().filter(|file| file.competition == part.competition);
        let files: Value = files
            .map(|file| {
                json!({ "question": file.question, "name": file.name, "bytes": file.bytes,
                    "address": address::file::answer_file(&file.competition, file.id) })
            })
            .collect();
        json!({ "competition": part.competition, "agreed_at": part.agreed_at, "state": part.state.key(), "answers": answers,
            "files": files })
    });
    let roles = db.own_roles(user.id).await?.into_iter();
    let roles = roles
        .map(|role| json!({ "competition": role.competition, "role": role.role.key(), "given_at": role.given_at }));
    let teams = db.own_teams(user.id).await?.into_iter().map(|team| {
        json!({ "competition": team.competition, "number": team.number, "name": team.name, "joined_at": team.joined_at,
            "is_leader": team.leads })
    });
    let submissions = db.own_submissions(user.id).await?.into_iter().map(|one| {
        json!({ "competition": one.competition, "stage": one.stage, "team": one.team, "number": one.number, "dry_run": one.dry_run,
            "by": one.door, "file": one.file_name, "bytes": one.bytes, "sha256": one.sha256, "memo": one.memo,
            "status": one.status.key(), "at": one.created_at })
    });
    let attached = db.own_statement_files(user.id).await?;
    let statements = db.own_statements(user.id).await?.into_iter().map(|one| {
        let files = attached.iter().filter(|file| file.entry_id == one.entry);
        let files: Value = files.map(|file| json!({ "name": file.name, "bytes": file.bytes })).collect();
        json!({ "competition": one.competition, "case": one.case_number, "at": one.at, "text": one.markdown, "files": files })
    });
    let questions = db.own_live_questions(user.id).await?.into_iter().map(|one| {
        json!({ "competition": one.competition, "session": one.session, "text": one.body, "named": one.named,
            "state": one.state.key(), "votes": one.votes, "answer": one.answer, "at": one.asked_at })
    });
    let votes = db.own_live_votes(user.id).await?.into_iter();
    let votes = votes.map(|(competition, session, question)| {
        json!({ "competition": competition, "session": session, "question": question })
    });
    let posts = db.own_posts(user.id).await?.into_iter().map(|one| {
        json!({ "competition": one.competition, "board": one.board.key(), "number": one.number, "title": one.title,
            "text": one.text, "secret": one.secret, "at": one.at, "removed_at": one.removed_at, "roles": one.roles,
            "closed_at": one.closed_at })
    });
    let comments = db.own_comments(user.id).await?.into_iter().map(|one| {
        json!({ "competition": one.competition, "board": one.board.key(), "number": one.number, "text": one.text,
            "at": one.at, "removed_at": one.removed_at })
    });
    let reports = db.own_reports(user.id).await?.into_iter();
    let reports =
        reports.map(|(competition, reason, at)| json!({ "competition": competition, "reason": reason, "at": at }));
    let reactions = db.own_reactions(user.id).await?.into_iter().map(|(competition, board, number, comment, reaction)| {
        json!({ "competition": competition, "board": board.key(), "number": number, "comment": comment, "reaction": reaction })
    });
    let mentions = db.own_mentions(user.id).await?.into_iter().map(|(competition, board, number, comment, name)| {
        json!({ "competition": competition, "board": board.key(), "number": number, "comment": comment, "name": name })
    });
    let files = db.own_post_files(user.id).await?.into_iter().map(|one| {
        json!({ "competition": one.competition, "name": one.file.name, "bytes": one.file.bytes, "at": one.at,
            "address": one.file.address(&one.competition) })
    });
    let address = row.user.is_verified().then_some(row.user.email.as_str());
    let letters = db.own_letters(user.id, address).await?.into_iter().map(
        |letter| json!({ "kind": letter.kind, "to": letter.address, "state": letter.state, "at": letter.created_at }),
    );
    let notifications =
        db.notifications(user.id, &NotificationFilter::default(), MOST, 0).await?.into_iter().map(|told| {
            let mut news: Value = serde_json::from_str(&told.news).unwrap_or_default();
            // What others called their posts is theirs.
            news.as_object_mut().map(|news| news.remove("title"));
            json!({ "competition": told.slug, "at": told.at, "is_read": told.is_read, "news": news })
        });
    let account = json!({
        "id": user.id, "email": row.user.email, "verified_at": row.user.verified_at, "name": row.user.name,
        "public_name": row.user.public_name, "affiliation": row.user.affiliation, "locale": row.user.locale.tag(),
        "is_admin": row.user.is_admin, "created_at": row.created_at, "second_factor": row.secret.is_some(),
        "topics_without_mail": db.unmailed_topics(user.id).await?,
        "topics_without_mark": db.quiet_topics(user.id).await?,
    });
    Ok(json!({
        "at": now,
        "account": account,
        "sessions": sessions.collect::<Value>(),
        "identities": identities.collect::<Value>(),
        "tokens": tokens.collect::<Value>(),
        "participations": participations.collect::<Value>(),
        "roles": roles.collect::<Value>(),
        "teams": teams.collect::<Value>(),
        "submissions": submissions.collect::<Value>(),
        "files_of_posts": files.collect::<Value>(),
        "statements": statements.collect::<Value>(),
        "live_questions": questions.collect::<Value>(),
        "live_votes": votes.collect::<Value>(),
        "posts": posts.collect::<Value>(),
        "reactions": reactions.collect::<Value>(),
        "mentions": mentions.collect::<Value>(),
        "comments": comments.collect::<Value>(),
        "reports": reports.collect::<Value>(),
        "letters": letters.collect::<Value>(),
        "notifications": notifications.collect::<Value>(),
        "record": record(services, actor).await?,
    }))
}

/// What the audit record says of them, with what is theirs in it put back.
async fn record(services: &Services, actor: &Actor) -> Result<Value> {
    let id = actor.person()?.id;
    let details: HashMap<_, _> =
        services.db.audit_details_of(id).await?.into_iter().map(|detail| (detail.hash, detail.value)).collect();
    let entries = services.db.audit_entries_about(id).await?;
    let entry = |entry: storage::audit::AuditEntry| {
        let from = entry.origin.as_ref().and_then(|hash| details.get(hash));
        json!({
            "number": entry.seq, "at": entry.at, "deed": entry.deed, "by_me": entry.actor_id == Some(id), "via": entry.via, "from": from,
            "before": told(&details, &entry.before), "after": told(&details, &entry.after),
        })
    };
    Ok(entries.into_iter().map(entry).collect())
}

/// Facts with their own details instead of the hashes; those of others stay hashes.
fn told(details: &HashMap<String, String>, facts: &str) -> Value {
    let facts: Map<String, Value> = serde_json::from_str(facts).unwrap_or_default();
    let fact = |value: Value| match value.get("detail").and_then(Value::as_str).and_then(|hash| details.get(hash)) {
        Some(text) => text.as_str().into(),
        None => value,
    };
    facts.into_iter().map(|(name, value)| (name, fact(value))).collect::<Map<_, _>>().into()
}
