//! The web application and its API over loopback, with a client of a few lines.

use crate::support::{Corpus, SAMPLE, program, rows};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

/// A running server; it ends with the test.
struct Server {
    child: Child,
    port: u16,
}

/// An answer of HTTP.
struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

/// A server of the sample corpus, for tests that change nothing in it. It ends with the last of those that use it: a static would never be
/// dropped, and its process would outlive the tests.
fn sample_server() -> Arc<Server> {
    static SHARED: Mutex<Weak<Server>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    shared.upgrade().unwrap_or_else(|| {
        let server = Arc::new(Server::start(&SAMPLE, &[]));
        *shared = Arc::downgrade(&server);
        server
    })
}

impl Server {
    fn start(corpus: &Corpus, args: &[&str]) -> Server {
        let mut child = Command::new(program())
            .args(["serve", "--port", "0", "--corpus"])
            .arg(corpus.path(""))
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().rsplit(':').next().and_then(|port| port.parse().ok());
        Server { port: port.unwrap_or_else(|| panic!("it says where it listens: {line:?}")), child }
    }

    fn get(&self, path: &str) -> Answer {
        self.send(&format!(
            "GET {path} HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n\r\n",
            self.port
        ))
    }

    fn get_with(&self, path: &str, headers: &str) -> Answer {
        self.send(&format!(
            "GET {path} HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n{headers}\r\n",
            self.port
        ))
    }

    fn post(&self, path: &str, form: &[(&str, &str)], headers: &str) -> Answer {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(form);
        let body = body.finish();
        self.send(&format!(
            "POST {path} HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\n{headers}\r\n{body}",
            self.port,
            body.len()
        ))
    }

    fn send(&self, request: &str) -> Answer {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let _ = stream.shutdown(Shutdown::Both);
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("an answer has a head");
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head: head.to_lowercase(), body: bytes[end + 4..].to_vec() }
    }

    fn json(&self, path: &str) -> Value {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        serde_json::from_slice(&answer.body).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    fn page(&self, path: &str) -> String {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        assert!(answer.head.contains("content-type: text/html"), "{}", answer.head);
        answer.text()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Answer {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn header(&self, name: &str) -> &str {
        let line = self.head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        line.unwrap_or_default()
    }
}

#[test]
fn the_api_has_the_rows_of_the_command_line() {
    let server = sample_server();
    let pairs: [(&str, &[&str]); 8] = [
        ("/api/v1/trends?q=innovasjon", &["trends", "innovasjon"]),
        ("/api/v1/trends?q=tillit*&by=kind&by=year", &["trends", "tillit*", "--by", "kind,year"]),
        (
            "/api/v1/trends?q=innovasjon&where=kind:tildelingsbrev",
            &["trends", "innovasjon", "--where", "kind:tildelingsbrev"],
        ),
        ("/api/v1/concordance?q=innovasjon&limit=1000", &["concordance", "innovasjon"]),
        (
            "/api/v1/concordance?q=samskaping*&sort=R1,year&limit=1000",
            &["concordance", "samskaping*", "--sort", "R1,year"],
        ),
        (
            "/api/v1/collocates?q=tillit&window=4&period=2015..&period=..2014",
            &["collocates", "tillit", "--window", "4", "--period", "2015..", "--period", "..2014"],
        ),
        ("/api/v1/keyness?target=year:2018..&min=3", &["keyness", "--target", "year:2018..", "--min", "3"]),
        (
            "/api/v1/search?q=tillit*+NEAR/5+leder*&limit=20",
            &["search", "tillit* NEAR/5 leder*", "--limit", "20"],
        ),
    ];
    for (path, args) in pairs {
        let served = server.json(path);
        let printed = rows(&SAMPLE.run(&[args, &["--format", "json"]].concat()));
        assert!(!printed.is_empty(), "{args:?}");
        assert_eq!(served["rows"], Value::from(printed), "{path}");
    }
}

#[test]
fn a_file_of_the_page_is_that_of_the_command_line() {
    let server = sample_server();
    let served = server.get("/concordance?q=innovasjon&format=csv");
    let printed = SAMPLE.run(&["concordance", "innovasjon", "--format", "csv"]);
    assert_eq!((served.status, served.text()), (200, printed.out));
    assert!(served.header("content-disposition").starts_with("attachment; filename=\"concordance-"));
    let by_header = server.get_with("/api/v1/trends?q=innovasjon", "Accept: text/csv\r\n");
    let printed = SAMPLE.run(&["trends", "innovasjon", "--format", "csv"]);
    assert_eq!(by_header.text(), printed.out);
    let parquet = server.get("/api/v1/documents?format=parquet");
    assert!(parquet.body.starts_with(b"PAR1") && parquet.body.ends_with(b"PAR1"));
    assert!(server.get("/?q=innovasjon&format=xlsx").body.starts_with(b"PK"));
    let changes = std::fs::read_to_string(SAMPLE.path("data/changes.csv")).unwrap();
    assert_eq!(server.get("/api/v1/changes?format=csv").text(), changes);
}

#[test]
fn a_search_is_restricted_by_its_selection() {
    let server = sample_server();
    let all = server.json("/api/v1/search?q=innovasjon");
    let letters = server.json("/api/v1/search?q=innovasjon&kind=tildelingsbrev");
    let (all, of_letters) = (all["total"].as_u64().unwrap(), letters["total"].as_u64().unwrap());
    assert!(0 < of_letters && of_letters < all, "{of_letters} of {all}");
    assert!(letters["rows"].as_array().unwrap().iter().all(|row| row["kind"] == "tildelingsbrev"));
}

#[test]
fn pages_of_rows_follow_each_other_by_their_cursor() {
    let server = sample_server();
    let all = server.json("/api/v1/concordance?q=innovasjon&limit=1000");
    let mut rows = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/api/v1/concordance?q=innovasjon&limit=50{cursor}");
        let page = server.json(&path);
        rows.extend(page["rows"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(Value::from(rows), all["rows"]);
}

#[test]
fn problems_say_what_is_wrong_as_rfc_9457_has_it() {
    let server = sample_server();
    let cases = [
        ("/api/v1/search", 400, "parameter q: is missing"),
        ("/api/v1/search?q=tillit+NEAR/5+kind:nou", 400, "at character 15"),
        ("/api/v1/search?q=a&colour=red", 400, "there is no parameter 'colour'"),
        ("/api/v1/trends?q=a&from=2020&to=2010", 400, "2010 is before 2020"),
        ("/api/v1/forms?q=innovasjn", 404, "there is no concept 'innovasjn'"),
        ("/api/v1/documents/sample/nothing.pdf", 404, "there is no document"),
        ("/api/v1/nothing", 404, "there is no such address"),
        ("/api/v1/concordance?q=a&cursor=7.other", 410, "earlier snapshot"),
    ];
    for (path, status, detail) in cases {
        let answer = server.get(path);
        let problem: Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!((answer.status, &problem["status"]), (status, &Value::from(status)), "{path}: {problem}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert!(problem["detail"].as_str().unwrap().contains(detail), "{path}: {problem}");
    }
    let norwegian =
        server.get_with("/api/v1/search?q=tillit+OR", "Accept-Language: nn-NO,nn;q=0.9,en;q=0.5\r\n");
    let problem: Value = serde_json::from_slice(&norwegian.body).unwrap();
    assert_eq!(
        problem["detail"],
        "kan ikkje forstå spørjinga: her manglar eit ord eller ein frase, ved teikn 10\n  tillit OR\n           ^"
    );
    assert!(norwegian.head.contains("vary: accept-language"), "{}", norwegian.head);
    assert_eq!(server.get_with("/api/v1/concepts", "Accept: image/gif\r\n").status, 406);
    let page = server.get("/concordance?q=%22a");
    assert!(
        page.status == 400
            && page.text().contains("<h1>Spørringen kan ikke forstås</h1>")
            && page.text().contains("<input id=\"q\" name=\"q\" value=\"&#34;a\"")
            && page.text().contains("<pre class=\"fault\" lang=\"nb\">anførselstegnet er ikke lukket, ved tegn 1\n  &#34;a\n  ^</pre>"),
        "{}",
        page.text()
    );
}

#[test]
fn the_description_of_the_api_has_every_address_and_parameter() {
    let server = sample_server();
    let description = server.json("/api/v1/openapi.json");
    assert_eq!(description["openapi"], "3.1.0");
    let paths = description["paths"].as_object().unwrap();
    for name in [
        "search",
        "concordance",
        "trends",
        "concepts",
        "forms",
        "documents",
        "documents/{id}",
        "status",
        "snapshots",
    ] {
        assert!(paths.contains_key(&format!("/api/v1/{name}")), "{name}: {:?}", paths.keys());
    }
    let rows = &paths["/api/v1/trends"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]["properties"]
        ["rows"];
    assert_eq!(
        rows["items"]["properties"]["per_million"]["type"],
        serde_json::json!(["number", "null"]),
        "{rows}"
    );
    assert!(server.page("/api").contains("/api/v1/concordance"));
}

#[test]
fn a_reader_who_has_the_answer_gets_no_second_one() {
    let server = sample_server();
    let first = server.get("/api/v1/concepts");
    let tag = first.header("etag").to_owned();
    let status = server.json("/api/v1/status");
    assert!(tag.contains(status["snapshot"].as_str().unwrap()), "{tag}");
    let second = server.get_with("/api/v1/concepts", &format!("If-None-Match: {tag}\r\n"));
    assert_eq!((second.status, second.body.len()), (304, 0));
}

#[test]
fn every_answer_forbids_a_browser_what_pages_do_not_need() {
    let server = sample_server();
    for path in ["/", "/api/v1/concepts", "/nothing", "/assets/ordskifte.css"] {
        let answer = server.get(path);
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert!(!answer.head.contains("set-cookie"), "{path}");
    }
    // Pages keep to that policy.
    for path in [
        "/",
        "/?by=kind",
        "/concordance?q=innovasjon",
        "/corpus",
        "/codebook/innovasjon",
        "/collocates?q=tillit",
        "/help",
        "/api",
    ] {
        let page = server.page(path);
        for forbidden in ["style=\"", "<style", "onclick", "javascript:", "src=\"http", "<script>"] {
            assert!(!page.contains(forbidden), "{path} has {forbidden}");
        }
    }
}

#[test]
fn a_name_that_is_not_ours_is_not_answered() {
    let server = sample_server();
    let request = |host: &str| {
        server.send(&format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")).status
    };
    assert_eq!(request("rebinding.example"), 421);
    assert_eq!(request("127.0.0.1:80"), 200);
    assert_eq!(request("[::1]"), 200);
}

#[test]
fn every_point_and_cell_of_a_trend_leads_to_its_passages() {
    let server = sample_server();
    let page = server.page("/?q=innovasjon&q=samskaping");
    let trends = server.json("/api/v1/trends?q=innovasjon");
    let row = trends["rows"].as_array().unwrap().iter().find(|row| row["n"].as_u64() > Some(1)).unwrap();
    let (year, n) = (row["year"].as_u64().unwrap(), row["n"].as_u64().unwrap());
    let href = format!("/concordance?q=innovasjon&from={year}&to={year}");
    let page = page.replace("&amp;", "&").replace("&#38;", "&");
    assert_eq!(page.matches(&format!("href=\"{href}\"")).count(), 2, "a point and a cell");
    let concordance = server.page(&href);
    assert!(concordance.contains(&format!("{n} treff i ")), "{n} mentions in {year}");
    assert_eq!(concordance.matches("class=\"t k\"").count() as u64, n.min(25));
}

#[test]
fn what_a_reader_sees_leads_to_the_place_in_the_document() {
    let server = sample_server();
    let page = server.page("/concordance?q=innovasjon");
    let href = page.split("<td class=\"t k\"><a href=\"").nth(1).unwrap().split('"').next().unwrap();
    let (path, id) = href.split_once('#').unwrap();
    let document = server.page(&path.replace("&#38;", "&"));
    assert!(document.contains(&format!("<mark class=\"c1\" id=\"{id}\">")), "{href}");
    assert!(document.contains("class=\"strip\"") && document.contains("SHA-256"));
}

#[test]
fn other_languages_have_their_words_and_are_taken_along() {
    let server = sample_server();
    let (nb, nn, en) = (server.page("/"), server.page("/?ui=nn"), server.page("/?ui=en"));
    assert!(nb.contains("<html lang=\"nb\">") && nb.contains(">Utvikling</a>"));
    assert!(nn.contains("<html lang=\"nn\">") && nn.contains("Augneblinksbilete"));
    assert!(
        en.contains("<html lang=\"en\">")
            && en.contains(">Trends</a>")
            && en.contains("href=\"/corpus?ui=en\"")
    );
}

#[test]
fn what_others_wrote_is_text_and_not_markup() {
    let (corpus, _folder) = Corpus::of_files(&[(
        "a<b>.html",
        "<html lang='nb'><head><title>&lt;script&gt;alert(1)&lt;/script&gt;</title></head><body><h1>&lt;img src=x&gt;</h1>\
         <p>Tillit er &lt;b onclick=x&gt; viktig for den norske staten og for alle som bor her i landet.</p></body></html>",
    )]);
    corpus.refresh(&[]);
    let server = Server::start(&corpus, &[]);
    for path in [
        "/corpus?from=1000",
        "/concordance?q=tillit",
        "/corpus",
        "/concordance?q=%3Cscript%3Ealert(2)%3C/script%3E",
    ] {
        let page = server.get(path).text();
        assert!(
            !page.contains("<script>") && !page.contains("<img src=x") && !page.contains("<b onclick"),
            "{path}"
        );
    }
    let concordance = server.page("/concordance?q=tillit");
    let href = concordance.split("<td class=\"t k\"><a href=\"").nth(1).unwrap().split('"').next().unwrap();
    let document = server.page(&href.split('#').next().unwrap().replace("&#38;", "&"));
    assert!(document.contains("&lt;b onclick=x&gt;") && !document.contains("<b onclick"), "{document}");
}

#[test]
fn a_page_of_a_pdf_is_shown_with_the_words_marked_where_they_stand() {
    let server = sample_server();
    let lines = server.json("/api/v1/concordance?q=detaljstyring&kind=nou");
    let line = &lines["rows"][0];
    let (docname, page) = (line["docname"].as_str().unwrap(), line["page"].as_u64().unwrap());
    let document = server.page(&format!("/documents/{docname}?q=detaljstyring"));
    assert!(
        document.contains(&format!("alt=\"Side {page} slik den er i originalen")),
        "page {page} of {docname}"
    );
    let picture = server.get(&format!("/documents/{docname}?page={page}&format=page"));
    assert!(picture.body.starts_with(b"\x89PNG") && picture.header("content-type") == "image/png");
    let boxes = server.get(&format!("/documents/{docname}?q=detaljstyring&page={page}&format=boxes")).text();
    assert!(boxes.contains("<rect class=\"b1\""), "{boxes}");
    assert_eq!(server.get(&format!("/documents/{docname}?page=99&format=page")).status, 400);
}

#[test]
fn words_near_and_words_that_distinguish_lead_to_their_passages() {
    let server = sample_server();
    let collocates = server.page("/collocates?q=tillit");
    let href = collocates
        .split("<th scope=\"row\"><a class=\"q\" href=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    assert!(server.page(&href.replace("&#38;", "&")).contains("class=\"t k\""), "{href}");
    let compare = server.page("/compare?target=year:2018..&min=3");
    assert!(compare.contains("Vanligere i målet") && compare.contains("class=\"whisk c1\""));
    assert_eq!(server.get("/compare?target=year:2018..&reference=year:2010..").status, 400);
}

/// The value of a hidden field of a page.
fn hidden(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    page.split(&start).nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[test]
fn a_mark_is_saved_where_the_command_line_finds_it() {
    let (corpus, _folder) =
        Corpus::of_files(&[("a.txt", "Vi har tillit til staten.\n\nTillit er godt å ha for alle.\n")]);
    corpus.refresh(&[]);
    let server = Server::start(&corpus, &[]);
    let page = server.page("/concordance?q=tillit*");
    let form = hidden(&page, "form");
    let mark = page.split("name=\"mark\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let fields = [
        ("form", form.as_str()),
        ("q", "tillit*"),
        ("coder", "kari"),
        ("back", "/concordance?q=tillit*"),
        ("mark", &mark),
    ];
    let refused = [
        server.post("/concordance", &fields[1..], ""),
        server.post("/concordance", &fields, "Origin: https://elsewhere.example\r\n"),
        server.post("/concordance", &fields, "Sec-Fetch-Site: cross-site\r\n"),
        server.post("/concordance", &fields, "X-Forwarded-For: 192.0.2.1\r\n"),
    ];
    assert!(refused.iter().all(|answer| answer.status == 403));
    assert!(!corpus.path("marks.csv").exists());
    let saved =
        server.post("/concordance", &fields, &format!("Origin: http://localhost:{}\r\n", server.port));
    assert_eq!((saved.status, saved.header("location")), (303, "/concordance?q=tillit*"), "{}", saved.text());
    let lines = rows(&corpus.run(&["concordance", "tillit*", "--coder", "kari", "--format", "json"]));
    assert_eq!(lines.iter().filter(|line| line["mark"] == "relevant").count(), 1, "{lines:?}");
    assert!(server.page("/concordance?q=tillit*&coder=kari").contains("aria-pressed=\"true\""));
    // The facet counts all mentions, and each of its values lists them, on the page and in its file.
    let page = server.page("/concordance?q=tillit*&coder=kari");
    assert!(page.contains("Merket av kari"), "{page}");
    for (value, name, n) in [("relevant", "Relevante", 1), ("unmarked", "Ikke merket", 1)] {
        let link = format!(
            "<a href=\"/concordance?q=tillit*&#38;coder=kari&#38;mark={value}\">{name}<span class=\"num\">{n}</span>"
        );
        assert!(page.contains(&link), "{link}\n{page}");
        let address = format!("/concordance?q=tillit*&coder=kari&mark={value}");
        let page = server.page(&address);
        assert_eq!(page.matches("class=\"t k\"").count(), n, "{page}");
        assert_eq!(page.contains("aria-pressed=\"true\""), value == "relevant");
        let file = server.get(&format!("{address}&format=csv")).text();
        let line = if value == "relevant" { "Vi har" } else { "er godt å ha" };
        assert!(file.lines().count() == 1 + n && file.contains(line), "{file}");
    }
    assert!(server.page("/concordance?q=tillit*&coder=kari&mark=not").contains("0 treff"));
    assert_eq!(server.get("/concordance?q=tillit*&mark=maybe").status, 400);
    // Another tab that shows no mark yet says the same once more; the button of a page that shows it takes it away.
    assert_eq!(server.post("/concordance", &fields, "").status, 303);
    let page = server.page("/concordance?q=tillit*&coder=kari");
    let pressed = page.split("aria-pressed=\"true\"").next().unwrap();
    let (_, pressed) = pressed.rsplit_once("value=\"").unwrap();
    let taken = [&fields[..4], &[("mark", pressed.split('"').next().unwrap())]].concat();
    assert_eq!(server.post("/concordance", &taken, "").status, 303);
    assert!(!server.page("/concordance?q=tillit*&coder=kari").contains("aria-pressed=\"true\""));
}

#[test]
fn a_record_is_corrected_in_the_table_beside_its_file() {
    let (corpus, folder) =
        Corpus::of_files(&[("brev.txt", "Et brev om tillit til alle som bor i landet vårt.\n")]);
    corpus.refresh(&[]);
    let server = Server::start(&corpus, &[]);
    let page = server.page("/corpus");
    let year = page.split("name=\"year.").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let (form, field) = (hidden(&page, "form"), format!("year.{year}"));
    let wrong = server.post("/corpus", &[("form", &form), (&field, "i fjor")], "");
    assert!(wrong.status == 400 && !folder.path().join("metadata.csv").exists());
    let saved = server.post("/corpus", &[("form", &form), ("back", "/corpus"), (&field, "2012")], "");
    assert_eq!((saved.status, saved.header("location")), (303, "/corpus?saved=1"));
    corpus.refresh(&[]);
    assert_eq!(corpus.rows("documents.csv")[0]["year"], "2012");
}

#[test]
fn a_decision_on_a_form_changes_the_numbers() {
    let (corpus, _folder) =
        Corpus::of_files(&[("a.txt", "Innovasjon og innovasjoner er bra for hele landet vårt.\n")]);
    corpus.refresh(&[]);
    let server = Server::start(&corpus, &[]);
    let n = |server: &Server| server.json("/api/v1/trends?q=innovasjon")["rows"][0]["n"].as_u64().unwrap();
    let before = n(&server);
    let form = hidden(&server.page("/codebook/innovasjon"), "form");
    let fields = [("form", form.as_str()), ("back", "/codebook/innovasjon"), ("decide.innovasjoner", "no")];
    let saved = server.post("/codebook/innovasjon", &fields, "");
    assert_eq!(
        (saved.status, saved.header("location")),
        (303, "/codebook/innovasjon?saved=1"),
        "{}",
        saved.text()
    );
    assert_eq!(n(&server), before - 1);
}

#[test]
fn a_tried_pattern_is_saved_in_the_codebook_as_it_was_shown() {
    let (corpus, _folder) =
        Corpus::of_files(&[("a.txt", "Godt styresett og styring, med målstyring for alle som bor her.\n")]);
    let codebook = "# Opplegg\n[[concept]]\nname = \"styring\"\npatterns = [\n  \"styring\", # smalt\n]\n";
    std::fs::write(corpus.path("codebook.toml"), codebook).unwrap();
    corpus.refresh(&[]);
    let server = Server::start(&corpus, &[]);
    let page = server.page("/codebook/styring?try=*styring");
    assert!(
        page.contains("Lagret ville styring gå fra 1 til 2 treff, med én ny form: målstyring 1"),
        "{page}"
    );
    assert!(server.page("/codebook/styring?try=styring").contains("Mønsteret endrer ikke styring"));
    assert!(server.page("/codebook/styring?try=in*nov").contains("«*» står inni «in*nov»"));
    let (form, digest) = (hidden(&page, "form"), hidden(&page, "codebook"));
    let fields = [
        ("form", form.as_str()),
        ("codebook", &digest),
        ("pattern", "*styring"),
        ("back", "/codebook/styring"),
    ];
    assert_eq!(server.post("/codebook/styring", &fields, "X-Forwarded-For: 192.0.2.1\r\n").status, 403);
    let wrong = [fields[0], fields[1], ("pattern", "in*nov")];
    assert_eq!(server.post("/codebook/styring", &wrong, "").status, 422);
    let file = || std::fs::read_to_string(corpus.path("codebook.toml")).unwrap();
    assert_eq!(file(), codebook);
    let saved = server.post("/codebook/styring", &fields, "");
    assert_eq!(
        (saved.status, saved.header("location")),
        (303, "/codebook/styring?added=*styring"),
        "{}",
        saved.text()
    );
    assert_eq!(file(), codebook.replace("# smalt\n", "# smalt\n  \"*styring\",\n"));
    assert!(server.page("/codebook/styring").contains("<p class=\"num\">2 treff"));
    // The page that was shown is of the codebook before.
    let again = server.post("/codebook/styring", &[fields[0], fields[1], ("pattern", "styresett")], "");
    assert!(
        again.status == 409 && again.text().contains("kodeboka er endret i mellomtiden"),
        "{}",
        again.text()
    );
}

#[test]
fn a_refresh_switches_the_server_to_the_new_snapshot_without_a_failed_request() {
    let (corpus, folder) = Corpus::of_files(&[("a.txt", "Tillit til staten er viktig for alle i landet.\n")]);
    corpus.refresh(&[]);
    let server = Server::start(&corpus, &[]);
    let total = |server: &Server| server.json("/api/v1/documents")["total"].as_u64().unwrap();
    assert_eq!(total(&server), 1);
    std::fs::write(folder.path().join("b.txt"), "Mer tillit til staten er viktig for alle i hele landet.\n")
        .unwrap();
    std::thread::scope(|scope| {
        let refresh = scope.spawn(|| corpus.refresh(&[]));
        while !refresh.is_finished() {
            assert!((1..=2).contains(&total(&server)));
        }
    });
    let is_new = (0..200_000).any(|_| total(&server) == 2);
    assert!(is_new, "the server shows the new snapshot");
}

#[test]
fn two_snapshots_are_compared_number_by_number() {
    let page = |text: &str| format!("<html lang=\"nb\"><h1>Rapport 2020</h1><p>{text}</p></html>");
    let (first, second) = (page("Mer innovasjon i staten."), page("Innovasjon og innovasjon."));
    let (corpus, folder) = Corpus::of_files(&[("a.html", first.as_str())]);
    corpus.refresh(&[]);
    let before = corpus.run(&["snapshot", "list", "--format", "json"]);
    let before = rows(&before)[0]["snapshot"].as_str().unwrap().to_owned();
    std::fs::write(folder.path().join("b.html"), second).unwrap();
    corpus.refresh(&[]);
    let server = Server::start(&corpus, &[]);
    // Without a choice: the snapshot before the current one, and that.
    let shown = server.page("/snapshots?ui=en");
    assert!(shown.contains("1 new, 0 gone, 0 changed"), "{shown}");
    assert!(shown.contains("/b.html (+2)") && shown.contains("q=innovasjon"), "{shown}");
    let api = server.json(&format!("/api/v1/differences?before={before}&after=current"));
    let cli = corpus.run(&["snapshot", "diff", &before, "current", "--format", "json"]);
    assert_eq!(api["rows"].as_array().unwrap(), &rows(&cli));
    let same = server.page("/snapshots?ui=en&before=current&after=current");
    assert!(same.contains("the same one was chosen twice"), "{same}");
    assert_eq!(server.get("/snapshots?before=none").status, 400);
}

#[test]
fn a_server_that_is_stopped_answers_what_it_was_asked_before() {
    let (corpus, _folder) = Corpus::of_files(&[("a.txt", "Vi har tillit til alle som bor i landet.\n")]);
    corpus.refresh(&[]);
    let mut server = Server::start(&corpus, &[]);
    assert_eq!(server.get("/health").status, 200);
    let mut asked = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    let body = "form=another&q=tillit";
    let head = format!(
        "POST /concordance HTTP/1.1\r\nHost: localhost:{}\r\nExpect: 100-continue\r\nContent-Length: {}\r\n\r\n",
        server.port,
        body.len()
    );
    asked.write_all(head.as_bytes()).unwrap();
    let mut answer = BufReader::new(asked.try_clone().unwrap());
    let mut line = String::new();
    answer.read_line(&mut line).unwrap();
    assert!(line.starts_with("HTTP/1.1 100"), "it reads the form now: {line}");
    let stopped = Command::new("kill").args(["-TERM", &server.child.id().to_string()]).status().unwrap();
    assert!(stopped.success());
    // Others are refused from now on.
    while TcpStream::connect(("127.0.0.1", server.port)).is_ok() {}
    asked.write_all(body.as_bytes()).unwrap();
    let mut text = String::new();
    answer.read_to_string(&mut text).unwrap();
    assert!(text.contains("HTTP/1.1 403"), "{text}");
    assert!(server.child.wait().unwrap().success());
}

#[test]
fn a_corpus_without_write_permission_is_served() {
    let (corpus, _folder) =
        Corpus::of_files(&[("a.txt", "Tillit til staten er viktig for alle i landet.\n")]);
    corpus.refresh(&[]);
    let before = listing(&corpus);
    let server = Server::start(&corpus, &[]);
    for path in ["/", "/corpus", "/codebook/innovasjon", "/concordance?q=tillit", "/api/v1/status"] {
        assert_eq!(server.get(path).status, 200, "{path}");
    }
    assert_eq!(listing(&corpus), before, "reading writes nothing");
}

/// Every file of a corpus with its time.
fn listing(corpus: &Corpus) -> Vec<(std::path::PathBuf, std::time::SystemTime)> {
    let files = walkdir::WalkDir::new(corpus.path("")).sort_by_file_name().into_iter().flatten();
    // A reader of the catalogue makes these two beside it where it may.
    let is_of_reader = |name: &str| name.ends_with("-shm") || name.ends_with("-wal");
    let files = files.filter(|file| !is_of_reader(&file.file_name().to_string_lossy()));
    let files = files.filter(|file| file.file_type().is_file());
    files.map(|file| (file.path().to_owned(), file.metadata().unwrap().modified().unwrap())).collect()
}

#[test]
fn a_query_over_its_budget_is_refused_with_the_reason() {
    let server = sample_server();
    let too_many = (0..80).map(|n| format!("a{n}")).collect::<Vec<_>>().join("+OR+");
    let answer = server.get(&format!("/api/v1/search?q={too_many}"));
    assert!(answer.status == 400 && answer.text().contains("more than 64 words"), "{}", answer.text());
    let long = "a".repeat(9_000);
    assert_eq!(server.get(&format!("/api/v1/search?q={long}")).status, 414);
}
