//! Server-sent events of a competition: its leaderboard's version, new notices, the own team's submissions.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::response::sse::{Event as Message, KeepAlive, Sse};
use domain::ids::{CompetitionId, TeamId};
use futures::{Stream, StreamExt as _, future, stream};
use platform::events::Event;
use platform::{competitions, teams};
use serde_json::json;
use tokio_stream::wrappers::errors::BroadcastStreamRecvError;
use tokio_stream::wrappers::{BroadcastStream, WatchStream};

use crate::extract::{Caller, Language};
use crate::rest::{ApiResult, InLanguage as _};
use crate::state::AppState;

/// `leaderboard` {version}, `notice` {number, title}, `submission` {id, number, status} (your own team's only). The first event
/// is the leaderboard's version of now, so that whoever was cut off sees whether something was missed.
#[utoipa::path(get, path = "/api/v1/competitions/{slug}/events", tag = "leaderboard", params(("slug" = String, Path)), responses((status = 200, content_type = "text/event-stream")))]
pub(crate) async fn events(
    State(state): State<AppState>,
    Language(locale): Language,
    caller: Option<Caller>,
    Path(slug): Path<String>,
) -> ApiResult<Sse<impl Stream<Item = Result<Message, Infallible>>>> {
    let services = &state.services;
    // Listening begins before the version is read, so that no change falls between the two.
    let changes = BroadcastStream::new(services.events.subscribe());
    let competition = competitions::get(services, &slug).await.told(locale)?;
    let team = match caller {
        Some(Caller(user)) => teams::of(services, &competition, &user).await.told(locale)?.map(|team| team.id),
        None => None,
    };
    let version = competition.current_stage(services.clock.now()).map_or(0, |stage| stage.board_version);
    let hello = leaderboard(version).retry(Duration::from_secs(2));
    let id = competition.id;
    let messages = changes.filter_map(move |change| future::ready(message(change, id, team)));
    let stopped = WatchStream::from_changes(state.stop.clone()).into_future();
    let stream = stream::once(future::ready(hello)).chain(messages).take_until(stopped).map(Ok);
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))))
}

fn leaderboard(version: i64) -> Message {
    Message::default().event("leaderboard").data(json!({ "version": version }).to_string())
}

fn message(change: Result<Event, BroadcastStreamRecvError>, id: CompetitionId, own: Option<TeamId>) -> Option<Message> {
    match change {
        Ok(Event::Leaderboard { competition, version }) if competition == id => Some(leaderboard(version)),
        Ok(Event::Notice { competition, number, title }) if competition == id => {
            Some(Message::default().event("notice").data(json!({ "number": number, "title": title }).to_string()))
        }
        Ok(Event::Submission { competition, team, id: submission, number, status })
            if competition == id && own == Some(team) =>
        {
            let data = json!({ "id": submission, "number": number, "status": status.key() });
            Some(Message::default().event("submission").data(data.to_string()))
        }
        // Too slow a reader lost some: it is told to look for itself.
        Err(BroadcastStreamRecvError::Lagged(_)) => Some(Message::default().event("leaderboard").data("{}")),
        Ok(_) => None,
    }
}
