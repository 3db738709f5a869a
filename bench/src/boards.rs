//! What a board of a hundred thousand posts and a million comments costs to read, in this process, on either database.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::ensure;
use chrono::{DateTime, Utc};
use domain::access::Actor;
use domain::boards::{BoardKind, BoardReader, Listed, PostDraft, Sought};
use domain::competitions::Competition;
use domain::ids::{BoardId, CommentId, UserId};
use platform::boards::{self, CommentsAsked, PostsAsked};
use platform::clock::Clock;
use platform::competitions::import;
use platform::{Config, Services};
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use storage::Begun;
use storage::boards::{NewPost, Rendered};

use crate::note;
use crate::numbers::{Report, Samples, count, ms};
use crate::seed::{execute, rows};

/// Words that posts are made of; some are in every post, one in a single one.
const WORDS: [&str; 24] = [
    "제출",
    "마감",
    "데이터",
    "평가지표",
    "리더보드",
    "점수가",
    "낮게",
    "나와요",
    "결측값",
    "교차검증",
    "모델",
    "학습",
    "환자",
    "영상",
    "병원",
    "질문",
    "있습니다",
    "감사합니다",
    "roc_auc",
    "train.csv",
    "파일을",
    "읽지",
    "못해요",
    "언제",
];
const RARE: &str = "희귀한말";
const EMAIL: &str = "bench@madang.test";

#[derive(clap::Args)]
pub(crate) struct BoardsArgs {
    /// An empty folder
    folder: PathBuf,
    /// An empty database, where it is not SQLite in the folder
    #[arg(long)]
    database_url: Option<String>,
    #[arg(long, default_value_t = 100_000)]
    posts: usize,
    /// Under each post
    #[arg(long, default_value_t = 10)]
    comments: i64,
    /// How often each is asked
    #[arg(long, default_value_t = 50)]
    count: usize,
    #[arg(long, default_value = "demo/breast-cancer")]
    demo: PathBuf,
}

pub(crate) async fn run(args: BoardsArgs) -> anyhow::Result<()> {
    ensure!((100..=1_000_000).contains(&args.posts) && (1..=1000).contains(&args.count), "no such size");
    std::fs::create_dir_all(&args.folder)?;
    let folder = args.folder.canonicalize()?;
    let config = Config {
        database_url: args.database_url.clone().unwrap_or_else(|| format!("sqlite://{}/madang.db", folder.display())),
        storage_url: format!("file://{}/files", folder.display()),
        ..Config::default()
    };
    let services = Services::open(config, Clock::System).await?;
    let competition = import::import(&services, &Actor::COMMAND, &args.demo, None).await?;
    let started = Instant::now();
    fill(&services, &competition, &args).await?;
    note(&format!("filled in {:.0} s", started.elapsed().as_secs_f64()));
    measure(&services, &competition, &args).await?;
    services.db.close().await;
    Ok(())
}

async fn fill(services: &Services, competition: &Competition, args: &BoardsArgs) -> anyhow::Result<()> {
    let mut rng = StdRng::seed_from_u64(7);
    let author = UserId::at(services.clock.now());
    let begin: DateTime<Utc> = "2026-11-01T00:00:00Z".parse()?;
    let mut tx = services.db.begin().await?;
    let person = "INSERT INTO users (id, email, name, affiliation, password_hash, is_admin, is_demo, created_at, locale, public_name,
        verified_at) VALUES ($1, $2, '', '', '', FALSE, TRUE, $3, 'ko', '벤치', $3)";
    execute!(tx, person, author, EMAIL, begin);
    tx.commit().await?;
    for batch in 0..args.posts.div_ceil(1000) {
        let mut tx = services.db.begin().await?;
        for index in batch * 1000..((batch + 1) * 1000).min(args.posts) {
            let at = begin + Duration::from_secs(index as u64);
            let words: Vec<&str> = (0..60).filter_map(|_| WORDS.choose(&mut rng).copied()).collect();
            let rare = if index == args.posts / 2 { RARE } else { "" };
            let draft = PostDraft {
                title: format!("{} {index}", words[..4].join(" ")),
                markdown: format!("{} {rare}", words.join(" ")),
                secret: rng.random_bool(0.1),
                ..PostDraft::default()
            };
            let (board, number): (BoardId, i64) = tx.next_post(competition.id, BoardKind::Qna, at).await?;
            let html = Rendered { text: &draft.markdown, revision: i64::MAX };
            let (team, by_staff, anonymous) = (None, false, false);
            let post = tx
                .insert_post(NewPost { board, number, draft: &draft, html, author, team, by_staff, anonymous, at })
                .await?;
            for number in 1..=args.comments {
                let comment = "INSERT INTO comments (id, post_id, number, thread, markdown, html, renderer, author_id, by_staff, official,
                    version, created_at, hidden_why) VALUES ($1, $2, $3, $4, $5, $5, $6, $7, FALSE, FALSE, 1, $8, '')";
                let thread = (number - 1) / 3 * 3 + 1;
                execute!(tx, comment, CommentId::at(at), post, number, thread, "댓글입니다.", i64::MAX, author, at);
            }
            execute!(tx, "UPDATE posts SET comments = $2, numbered = $2 WHERE id = $1", post, args.comments);
        }
        tx.commit().await?;
    }
    let mut tx = services.db.begin().await?;
    execute!(tx, "ANALYZE");
    tx.commit().await?;
    let counted: Vec<(i64,)> = rows!(services.db, "SELECT COUNT(*) FROM comments");
    note(&format!("{} comments", counted[0].0));
    Ok(())
}

async fn measure(services: &Services, competition: &Competition, args: &BoardsArgs) -> anyhow::Result<()> {
    let kind = BoardKind::Qna;
    let reader = BoardReader::EVERYONE;
    let last = i64::try_from(args.posts)?;
    let asked = |which: Listed, page: i64| PostsAsked { which, page, ..PostsAsked::default() };
    let search = |text: &str| PostsAsked { sought: Sought::of(text, false), page: 1, ..PostsAsked::default() };
    let lists = [
        ("the list's first page", asked(Listed::All, 1)),
        ("its page in the middle", asked(Listed::All, last / 40)),
        ("its last page", asked(Listed::All, last / 20)),
        ("questions that wait, in the middle", asked(Listed::Answered(false), last / 40)),
        ("a search for two letters that many have", search("마감")),
        ("for a word of one post", search(RARE)),
        ("for what none has", search("없는낱말")),
        ("for several words", search("교차검증 모델")),
        ("for one letter", search("점")),
    ];
    let title =
        format!("{} posts, {} comments", count(args.posts as f64), count(args.posts as f64 * args.comments as f64));
    let mut report = Report::new(&title, &["what", "median", "p95", "worst"]);
    let mut row = |name: &str, samples: &mut Samples| {
        report.row(&[name, &ms(samples.at(50)), &ms(samples.at(95)), &ms(samples.at(100))]);
        report.value(name, samples.at(50));
    };
    for (name, wanted) in &lists {
        let mut samples = Samples::default();
        for _ in 0..args.count {
            let started = Instant::now();
            boards::list(services, competition, kind, reader, wanted).await?;
            samples.add(started.elapsed());
        }
        row(name, &mut samples);
    }
    let mut samples = Samples::default();
    for index in 0..args.count {
        let number = 1 + i64::try_from(index * 7919 % args.posts)?;
        let started = Instant::now();
        if let Ok(post) = boards::get(services, competition, kind, reader, number).await {
            boards::comment_page(services, post.row.id, reader, CommentsAsked::Page(1)).await?;
        }
        samples.add(started.elapsed());
    }
    row("a post with its neighbours and comments", &mut samples);
    let writer = services.db.user_by_email(EMAIL).await?.map(|row| row.user);
    let writer = Actor::browser(writer, None);
    let mut samples = Samples::default();
    for index in 0..args.count.min(50) {
        let started = Instant::now();
        let title = format!("{} {} 질문", WORDS[index % WORDS.len()], WORDS[(index + 7) % WORDS.len()]);
        boards::similar(services, competition, kind, &writer, &title).await?;
        samples.add(started.elapsed());
    }
    row("questions like a title", &mut samples);
    report.print();
    Ok(())
}
