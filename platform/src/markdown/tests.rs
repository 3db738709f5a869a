//! What the HTML of any text looks like, and that none harms whoever reads it or the process.

use super::*;

/// Converts as a server does, on a stack of the size that its threads have.
fn on_a_servers_stack(markdown: String) -> Result<String, Refused> {
    let thread = std::thread::Builder::new().stack_size(2 * 1024 * 1024);
    thread.spawn(move || html(&markdown, Breaks::Line)).unwrap().join().unwrap()
}

fn page(markdown: &str) -> String {
    html(markdown, Breaks::Space).unwrap()
}

#[test]
fn a_formula_becomes_mathml_and_what_is_wide_can_scroll() {
    let html = page(
        "점수는 $\\frac{1}{n}$ 입니다.\n\n$$\\sum_{i=1}^n x_i$$\n\n| 가 | 나 |\n|---|---|\n| 1 | 2 |\n\n```\ncode\n```\n",
    );
    assert!(html.contains("<mfrac>"), "{html}");
    assert!(html.contains("<div class=\"formula\" tabindex=\"0\">"), "{html}");
    assert!(html.contains("<pre tabindex=\"0\"><code>code"), "{html}");
    assert!(html.contains("<div class=\"table-wrap\" tabindex=\"0\"><table class=\"table dense\">"), "{html}");
}

#[test]
fn scripts_handlers_and_bad_links_do_not_survive() {
    let attack = "<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\n[a](javascript:alert(1)) <b onclick=x>b</b> \
        $\\href{javascript:alert(1)}{x}$ <svg/onload=alert(1)> <style>*{}</style>";
    let html = page(attack);
    for bad in ["<script", "<img", "href=\"javascript", "<b onclick", "<svg", "<style"] {
        assert!(!html.contains(bad), "{bad} in {html}");
    }
}

#[test]
fn a_formula_that_cannot_be_read_stays_readable() {
    let html = page("$\\frac{1$");
    assert!(html.contains("\\frac{1"), "{html}");
}

#[test]
fn nesting_that_would_end_the_process_is_refused_with_its_line() {
    let times = 1_200;
    let openers =
        ["{", "\\frac{", "x^{", "\\sqrt{", "\\left(", "\\begin{matrix}", "\\sqrt[", "\\hat", "\\displaystyle a "];
    for opener in openers {
        for dollars in ["$", "$$"] {
            let formula = format!("앞줄\n\n{dollars}{}x{dollars}", opener.repeat(times));
            let refused = on_a_servers_stack(formula).unwrap_err();
            assert_eq!(refused, Refused { why: Why::Deep, line: 3 }, "{opener}");
        }
    }
}

#[test]
fn fifty_levels_are_converted_and_fifty_one_are_not() {
    for (opener, closer) in [("{", "}"), ("\\left(", "\\right)"), ("\\begin{matrix}", "\\end{matrix}")] {
        let nested = |n: usize| format!("${}x{}$", opener.repeat(n), closer.repeat(n));
        assert!(on_a_servers_stack(nested(50)).unwrap().contains("<math"), "{opener}");
        assert!(on_a_servers_stack(nested(51)).is_err(), "{opener}");
    }
    for (mark, tag) in [("> ", "<blockquote>"), ("- ", "<li>")] {
        assert_eq!(on_a_servers_stack(mark.repeat(50) + "x").unwrap().matches(tag).count(), 50, "{mark}");
        assert_eq!(on_a_servers_stack(mark.repeat(51) + "x").unwrap_err().why, Why::Deep, "{mark}");
    }
}

#[test]
fn fifty_kilobytes_of_any_mark_end_with_an_answer() {
    let marks = [
        ">",
        "> ",
        "*",
        "**a",
        "*a ",
        "_a ",
        "[",
        "![",
        "[a](",
        "](b)",
        "- ",
        "1. ",
        "* ",
        "`",
        "``a",
        "~~a",
        "~",
        "$",
        "$a$",
        "$$",
        "<",
        "<a ",
        "&",
        "|",
        "|a\n",
        "# ",
        "\\",
        "\\[",
        "a\n>",
        "https://",
        "www.",
        "a@",
        "{",
        "\t",
        " ",
        "\n",
        "> - ",
        "*_",
        "[^",
        "<!--",
        "<?",
        "http://a.kr를",
    ];
    for mark in marks {
        let text = mark.repeat(50_000 / mark.len());
        // Whatever the answer, it comes and it is not much longer than the text.
        if let Ok(html) = on_a_servers_stack(text) {
            assert!(html.len() < 5_000_000, "{mark:?}: {} bytes", html.len());
        }
    }
    let columns = 6_000;
    let wide = format!("{}|\n{}|\n{}", "|a".repeat(columns), "|-".repeat(columns), "a|\n".repeat(8_000));
    let refused = on_a_servers_stack(wide).map(|html| html.len());
    assert_eq!(refused.unwrap_err().why, Why::Much);
}

#[test]
fn a_text_that_is_refused_is_shown_as_it_was_typed() {
    let typed = format!("<b>${}x$", "{".repeat(60));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let shown = runtime.block_on(render_any(typed, Breaks::Line)).unwrap();
    assert!(shown.starts_with("<pre tabindex=\"0\">&lt;b&gt;${{{"), "{shown}");
}

#[test]
fn one_tilde_is_a_range_and_two_strike_through() {
    let html = page("접수 11/3~11/5, **발표 11/10~11/12**\n\n`a~b` ~~취소~~ <https://example.kr/~user>\n\n$a~b$");
    assert!(html.contains("접수 11/3~11/5, <strong>발표 11/10~11/12</strong>"), "{html}");
    assert!(html.contains("<code>a~b</code> <del>취소</del>"), "{html}");
    assert!(html.contains("href=\"https://example.kr/~user\""), "{html}");
    assert!(html.contains("<math") && !html.contains('\u{fdd1}'), "{html}");
}

#[test]
fn korean_may_follow_bold_text_that_ends_with_a_sign() {
    let html = page("**마감(11월 30일)**까지, **\"필독\"**입니다. 이것은**(중요)**합니다.");
    for bold in
        ["<strong>마감(11월 30일)</strong>까지", "<strong>\"필독\"</strong>입니다", "<strong>(중요)</strong>합니다"]
    {
        assert!(html.contains(bold), "{bold} in {html}");
    }
}

#[test]
fn a_bare_address_ends_before_its_particle() {
    let html = page(
        "규칙은 https://madang.example.kr/rules를 봐 주세요. <https://ko.example.org/규칙을> [글](https://a.kr/글을)",
    );
    assert!(html.contains("href=\"https://madang.example.kr/rules\""), "{html}");
    assert!(html.contains(">https://madang.example.kr/rules</a>를 봐"), "{html}");
    assert!(html.contains(">https://ko.example.org/규칙을</a>"), "{html}");
}

#[test]
fn a_line_break_is_one_in_a_notice_and_a_space_in_a_page() {
    assert!(html("첫 줄\n둘째 줄", Breaks::Line).unwrap().contains("첫 줄<br>"));
    assert_eq!(page("첫 줄\n둘째 줄"), "<p>첫 줄\n둘째 줄</p>\n");
}

#[test]
fn a_text_that_is_no_markdown_is_shown_as_it_was_typed() {
    let typed = "# 제목? *별* [링크](https://a.kr) <b>$x$</b> 1~2 `a` \\";
    let html = html(&plain(typed), Breaks::Line).unwrap();
    let shown = "<p># 제목? *별* [링크](https://a.kr) &lt;b&gt;$x$&lt;/b&gt; 1~2 `a` \\</p>";
    assert_eq!(html.trim(), shown);
}
