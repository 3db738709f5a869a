use leptos::prelude::*;

use super::{Part, say};

#[component]
pub fn Foundations() -> impl IntoView {
    let colours = [
        ("--surface", say("화면", "Page")),
        ("--surface-sunken", say("우묵한 곳", "Wells")),
        ("--surface-tint", say("대회 머리", "Competition head")),
        ("--surface-accent", say("내 행·선택", "Own row, selection")),
        ("--text", say("글", "Text")),
        ("--text-muted", say("보조 글", "Muted text")),
        ("--border-firm", say("카드 선", "Card edge")),
        ("--accent", say("주요 행동", "Action")),
        ("--success", say("성공", "Success")),
        ("--warning", say("주의", "Warning")),
        ("--danger", say("위험", "Danger")),
        ("--rise", say("상승", "Rise")),
    ];
    let types = [
        ("3xl", "28–40px", say("유방암 진단 AI 경진대회 2026", "Breast Cancer Diagnosis 2026")),
        ("2xl", "24–28px", say("리더보드", "Leaderboard")),
        ("xl", "21–24px", say("최종 제출물 선택", "Final selection")),
        ("l", "19px", say("당뇨 진행도 예측 챌린지", "Diabetes Progression Challenge")),
        (
            "m",
            "17px",
            say(
                "세포핵의 측정값만으로 악성 여부를 가려냅니다.",
                "Tell malignant from benign by measurements of cell nuclei.",
            ),
        ),
        ("s", "15px", say("오늘 7회 더 제출할 수 있어요. 0.93147", "You can submit 7 more today. 0.93147")),
        ("xs", "13px", say("00:00 KST 초기화 (9시간 27분 후)", "Resets 00:00 KST (in 9 hours 27 minutes)")),
    ];
    view! {
        <Part id="colour" title=say("색", "Colour") note=say("뜻이 있는 이름만 써요", "Only names that mean something")>
            <ul class="swatches">
                {colours
                    .map(|(name, words)| {
                        view! {
                            <li>
                                <svg aria-hidden="true"><rect width="100%" height="100%" rx="8" fill=format!("var({name})")></rect></svg>
                                <code>{name}</code>
                                <span class="caption">{words}</span>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </Part>
        <Part id="type" title=say("글자", "Type") note=say("Pretendard GOV · KRDS 단계", "Pretendard GOV, KRDS steps")>
            <ul class="types">
                {types
                    .map(|(name, size, words)| {
                        view! {
                            <li>
                                <span class="caption num">"--type-"{name}<br/>{size}</span>
                                <span class=format!("type-{name}")>{words}</span>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </Part>
    }
}
