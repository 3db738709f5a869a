use domain::address;
use leptos::prelude::*;

use super::{Part, say};
use crate::ui::{
    Alert, Button, Dialog, DialogCloser, DialogOpener, Empty, Icon, LinkButton, Look, Size, SkeletonCard, Toast, Tone,
};

#[component]
pub fn Feedback() -> impl IntoView {
    view! {
        <Part id="messages" title=say("알림", "Messages") note=say("무슨 일인지, 왜인지, 무엇을 하면 되는지", "What happened, why, what to do")>
            <div class="stack s">
                <Alert tone=Tone::Info title=say("비공개 리더보드는 11. 27.(금) 18:00 KST에 열려요.", "The private leaderboard opens Fri 27 Nov, 18:00 KST.")/>
                <Alert
                    tone=Tone::Success
                    title=say("참가 신청이 승인됐어요.", "Your application was approved.")
                    action=|| view! { <LinkButton href="#messages" size=Size::Small>{say("팀 만들기", "Make a team")}</LinkButton> }
                >
                    {say("이제 팀을 만들거나 팀에 합류할 수 있어요.", "You can now make a team or join one.")}
                </Alert>
                <Alert tone=Tone::Warning title=say("최종 제출물을 아직 고르지 않았어요.", "No final selection yet.")>
                    {say("마감까지 고르지 않으면 공개 점수가 높은 2건이 자동으로 선택돼요.", "Without one, the two best public scores are taken at the deadline.")}
                </Alert>
                <Alert tone=Tone::Danger title=say("제출하지 못했어요. 오늘 한도 10회를 다 썼어요.", "Not submitted. Today's 10 are used up.")>
                    {say("00:00 KST(9시간 27분 후)부터 다시 제출할 수 있어요.", "You can submit again from 00:00 KST (in 9 hours 27 minutes).")}
                </Alert>
            </div>
            <Toast text=say("댓글을 지웠어요.", "Comment deleted.").to_owned() undo=Some(address::DESIGN.to_owned())/>
        </Part>
        <Part id="dialogs" title=say("대화 상자", "Dialogs") note=say("되돌릴 수 없는 일만 물어봐요", "Only for what cannot be undone")>
            <div class="stage">
                <div class="dialog" role="group" aria-labelledby="sample-title">
                    <h3 id="sample-title">{say("팀에서 나갈까요?", "Leave the team?")}</h3>
                    <p>{say("나가면 이 팀의 제출과 점수를 볼 수 없고, 이 대회에서는 다른 팀에 다시 들어갈 수 없어요.", "You will no longer see the team's submissions, and cannot join another team of this competition.")}</p>
                    <footer><Button>{say("계속 함께하기", "Stay")}</Button><Button look=Look::Danger>{say("팀 나가기", "Leave team")}</Button></footer>
                </div>
            </div>
            <p><DialogOpener dialog="sample-dialog">{say("열어 보기", "Open it")}</DialogOpener></p>
            <Dialog
                id="sample-dialog"
                title=say("최종 제출물로 정할까요?", "Make it final?")
                actions=|| {
                    view! {
                        <DialogCloser dialog="sample-dialog">{say("취소", "Cancel")}</DialogCloser>
                        <DialogCloser dialog="sample-dialog" look=Look::Primary>{say("정하기", "Make it final")}</DialogCloser>
                    }
                }
            >
                <p>{say("35번 제출(0.92880)을 최종 제출물로 정해요. 마감 전까지 바꿀 수 있어요.", "Submission 35 (0.92880) becomes final. You can change it until the deadline.")}</p>
            </Dialog>
        </Part>
        <Part id="empty" title=say("빈 화면·불러오기", "Empty, loading") note=say("다음에 할 일 하나를 함께", "With one next action")>
            <div class="specimens">
                <div class="card">
                    <Empty title=say("아직 제출이 없어요", "No submissions yet") text=say("제출 양식을 받아 첫 점수를 확인해 보세요.", "Take the sample file and see your first score.")>
                        <LinkButton href="#empty">{say("첫 제출 하기", "Submit the first one")}</LinkButton>
                    </Empty>
                </div>
                <div class="card">
                    <Empty icon=Icon::Search title=say("‘판독실2’와 맞는 팀이 없어요", "No team matches ‘reading2’") text=say("팀 번호로도 찾을 수 있어요.", "Team numbers work too.")>
                        <LinkButton href="#empty">{say("찾기 지우기", "Clear search")}</LinkButton>
                    </Empty>
                </div>
                <div class="card">
                    <Empty icon=Icon::Refresh title=say("순위를 불러오지 못했어요", "Could not load the ranks") text=say("연결이 잠시 끊겼어요. 점수는 안전하게 저장돼 있어요.", "The connection broke for a moment. Scores are safe.")>
                        <Button>{say("다시 시도", "Try again")}</Button>
                    </Empty>
                </div>
                <SkeletonCard/>
            </div>
        </Part>
    }
}
