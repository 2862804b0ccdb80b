//! What every page must be, checked on its HTML: one first heading, unique ids, labelled fields, nothing inline.

use scraper::{ElementRef, Html, Selector};

fn all<'a>(page: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    page.select(&Selector::parse(selector).expect("a selector")).collect()
}

fn attributes<'a>(page: &'a Html, name: &str) -> Vec<&'a str> {
    page.tree.nodes().filter_map(|node| node.value().as_element()?.attr(name)).collect()
}

/// The faults of a page; empty is good.
pub fn faults(html: &str) -> Vec<String> {
    let page = Html::parse_document(html);
    let mut faults = Vec::new();
    let mut fault = |yes: bool, words: String| {
        if yes {
            faults.push(words);
        }
    };
    fault(all(&page, "h1").len() != 1, format!("{} h1", all(&page, "h1").len()));
    let title = all(&page, "title").first().map(|t| t.inner_html()).unwrap_or_default();
    fault(!title.ends_with(" – Custodian") || title.starts_with(" –"), format!("title {title:?}"));
    let ids = attributes(&page, "id");
    for id in &ids {
        fault(ids.iter().filter(|other| *other == id).count() > 1, format!("id {id} twice"));
    }
    for name in ["aria-labelledby", "aria-describedby", "aria-controls", "for"] {
        for target in attributes(&page, name).iter().flat_map(|value| value.split_whitespace()) {
            fault(!ids.contains(&target), format!("{name}={target} leads nowhere"));
        }
    }
    for node in page.tree.nodes().filter_map(|node| node.value().as_element()) {
        for (name, value) in node.attrs() {
            fault(name == "style" || name.starts_with("on"), format!("{name} on {}", node.name()));
            fault(value.trim_start().starts_with("javascript:"), format!("script address on {}", node.name()));
            fault(name == "tabindex" && value.parse().is_ok_and(|n: i32| n > 0), format!("tabindex {value}"));
            fault(name == "href" && value.is_empty(), "empty href".into());
        }
    }
    fault(!all(&page, "style, script:not([src])").is_empty(), "inline style or script".into());
    for anchor in all(&page, "a:not([href]), form:not([action])") {
        fault(true, format!("without address: {}", anchor.html()));
    }
    for form in all(&page, "form[method=post]") {
        let token = Selector::parse("input[type=hidden][name=csrf]").expect("a selector");
        fault(form.select(&token).next().is_none(), format!("form without token: {:?}", form.value().attr("action")));
    }
    for field in all(&page, "input:not([type=hidden]), select, textarea") {
        fault(!is_labelled(&page, field), format!("field without label: {}", field.html()));
    }
    for button in all(&page, "button, a") {
        let words: String = button.text().collect();
        let named = !words.trim().is_empty() || button.value().attr("aria-label").is_some();
        fault(!named, format!("control without words: {}", button.html()));
    }
    for table in all(&page, "table:not([role=presentation])") {
        let html = table.html();
        fault(!html.contains("<caption"), "table without caption".into());
        fault(
            html.matches("<th").count() - html.matches("<thead").count() != html.matches("scope=").count(),
            format!("th without scope in {html}"),
        );
    }
    faults
}

fn is_labelled(page: &Html, field: ElementRef<'_>) -> bool {
    let for_it = field.value().attr("id").is_some_and(|id| !all(page, &format!("label[for=\"{id}\"]")).is_empty());
    let inside = field.ancestors().any(|node| node.value().as_element().is_some_and(|e| e.name() == "label"));
    for_it || inside || field.value().attr("aria-label").is_some()
}

#[test]
fn the_check_finds_what_it_looks_for() {
    let bad = r#"<title> – Custodian</title><h1>a</h1><h1>b</h1><p id="x" style="color:red"></p><p id="x" onclick="y"></p>
        <input name="q"><a href="javascript:x"></a><form method="post" action="/"></form><table><tr><th>a</th></tr></table>
        <script>1</script><p tabindex="3" aria-describedby="gone"></p>"#;
    let found = faults(bad).join("\n");
    for word in [
        "2 h1",
        "title",
        "id x twice",
        "style on",
        "onclick on",
        "script address",
        "inline",
        "without token",
        "without label",
        "without words",
        "caption",
        "scope",
        "tabindex 3",
        "gone",
    ] {
        assert!(found.contains(word), "{word} not found in:\n{found}");
    }
}
