use domain::address;
use leptos::prelude::*;

use super::{Part, Specimen, say};
use crate::ui::{
    Button, Checkbox, Choices, Icon, LinkButton, Look, Menu, Radio, Search, Select, Size, Switch, TextArea, TextField,
};

#[component]
pub fn Controls() -> impl IntoView {
    view! {
        <Part id="buttons" title=say("버튼", "Buttons") note=say("주요 버튼은 한 화면에 하나", "One primary action a screen")>
            <div class="specimens">
                <Specimen caption=say("주요", "Primary")>
                    <Button look=Look::Primary size=Size::Large>{say("제출하기", "Submit")}</Button>
                    <Button look=Look::Primary>{say("제출하기", "Submit")}</Button>
                    <Button look=Look::Primary size=Size::Small>{say("승인", "Approve")}</Button>
                </Specimen>
                <Specimen caption=say("기본 · 조용한 · 위험", "Outlined, ghost, danger")>
                    <LinkButton href="#buttons" icon=Icon::Download>{say("받기", "Download")}</LinkButton>
                    <Button look=Look::Ghost>{say("취소", "Cancel")}</Button>
                    <Button look=Look::Danger>{say("팀 나가기", "Leave team")}</Button>
                </Specimen>
                <Specimen caption=say("진행 중 · 쓸 수 없음", "Busy, disabled")>
                    <Button look=Look::Primary busy=true>{say("올리는 중", "Uploading")}</Button>
                    <Button disabled=true>{say("승인", "Approve")}</Button>
                    <Button look=Look::Primary disabled=true>{say("제출하기", "Submit")}</Button>
                </Specimen>
                <Specimen caption=say("초점 · 아이콘만 · 메뉴", "Focus, icon only, menu")>
                    <Button look=Look::Primary attr:data-focus="">{say("초점", "Focus")}</Button>
                    <Button icon=Icon::Copy label=say("복사", "Copy")/>
                    <Button look=Look::Ghost icon=Icon::Edit label=say("수정", "Edit")/>
                    <Menu id="sample-menu" look=Look::Ghost label=say("더 보기", "More")>
                        <a href="#buttons">{say("이름 바꾸기", "Rename")}</a>
                        <a href="#buttons">{say("팀장 넘기기", "Hand over")}</a>
                    </Menu>
                </Specimen>
            </div>
        </Part>
        <Part id="fields" title=say("입력", "Fields") note=say("이름표는 늘 보이고, 오류는 도움말 자리에", "Labels stay, errors stand where the hint stood")>
            <div class="specimens">
                <TextField name="f1" label=say("팀 이름", "Team name") required=true placeholder=say("2–20자", "2–20 characters") hint=say("리더보드에 그대로 보여요.", "Shown on the leaderboard as it is.")/>
                <TextField
                    name="f2"
                    kind="email"
                    label=say("메일 주소", "E-mail")
                    value="seoyeon@example"
                    error=Some(say("주소가 끝까지 적히지 않았어요. 예: name@example.kr", "The address is not complete. Example: name@example.kr").to_owned())
                />
                <TextField name="f3" label=say("팀 번호", "Team number") value="127" disabled=true/>
                <Select
                    name="f4"
                    label=say("단계", "Stage")
                    value="final"
                    options=vec![("prelim".into(), say("예선", "Preliminary").into()), ("final".into(), say("본선", "Final").into())]
                />
                <TextArea name="f5" label=say("신청 사유", "Reason") max=500 value=say("병리 판독 보조 모델을 연구하고 있습니다.", "We study models that assist pathologists.")/>
                <Choices legend=say("고르기", "Choices")>
                    <Checkbox name="c1" checked=true>{say("대회 규칙을 읽었고 동의해요", "I have read the rules and agree")}</Checkbox>
                    <Checkbox name="c2">{say("마감 전에 메일로 알려 주세요", "Remind me by mail before the deadline")}</Checkbox>
                    <Radio name="r" value="alone" checked=true>{say("개인 참가", "Alone")}</Radio>
                    <Radio name="r" value="team">{say("팀 참가", "As a team")}</Radio>
                    <Switch name="sw1" label=say("시험 제출", "Dry run") note=say("검사만 하고 한도에는 들어가지 않아요", "Checks only, does not count") checked=true/>
                </Choices>
                <Search action=address::DESIGN label=say("팀 찾기", "Find a team") placeholder=say("팀 이름, 팀 번호", "Team name or number")/>
                <TextField name="f6" label=say("초대 링크", "Invitation link") note=say("(3일 동안)", "(for 3 days)") value="https://madang.example.kr/j/7Q4K" readonly=true/>
            </div>
        </Part>
    }
}
