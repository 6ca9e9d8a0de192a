//! The sample street, and what import says about a street with mistakes in it.

use jiff::civil::date;
use model::matter::Channel;
use model::search::{Match, best_match};
use model::time::TimeMs;
use server::street::{FILES, Fault, Seed, SeedFiles, parse};
use std::collections::BTreeSet;

fn today() -> TimeMs {
    TimeMs::from_china(date(2026, 11, 22).at(10, 0, 0, 0))
}

fn sample() -> Seed {
    parse(&SeedFiles::sample(), today()).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

#[test]
fn the_sample_is_a_whole_street() {
    let seed = sample();
    assert!(seed.street.sample);
    assert!(seed.matters.len() >= 38, "{}", seed.matters.len());
    assert!(seed.facilities.len() >= 60, "{}", seed.facilities.len());
    assert!(seed.facilities.iter().filter(|f| f.station).count() >= 4);
    for category in model::facility::Category::ALL {
        let some = seed.facilities.iter().any(|f| f.category == category);
        assert!(some, "{category:?}");
    }
    for event in model::matter::LifeEvent::ALL {
        let some = seed.matters.iter().any(|m| m.events.contains(&event));
        assert!(some, "{event:?}");
    }
    let years: Vec<i16> = seed.street.calendar.years.iter().map(|y| y.year).collect();
    assert_eq!(years, [2024, 2025, 2026]);
    let in_person = |m: &&model::matter::Matter| matches!(m.channel, Channel::Accompany { .. });
    assert!(seed.matters.iter().filter(in_person).count() >= 3);
}

#[test]
fn the_sample_has_those_who_sign_in() {
    let seed = sample();
    for name in ["window", "grid", "department", "supervisor", "volunteer"] {
        assert!(
            seed.staff.iter().any(|s| s.id.as_str() == name),
            "{name} is missing"
        );
    }
    let first = &seed.street.estates[0];
    let worker = seed.staff.iter().find(|s| s.area == first.grid);
    assert_eq!(worker.map(|w| w.id.as_str()), Some("grid"));
    let grids = seed.street.areas.iter();
    for grid in grids.filter(|a| a.level == model::area::Level::Grid) {
        let worker = seed.staff.iter().find(|s| s.area == grid.id);
        let worker = worker.unwrap_or_else(|| panic!("nobody serves {}", grid.id));
        assert!(seed.visit_hours.iter().any(|h| h.staff == worker.id));
    }
}

/// The make-up days of 2026 are weekend days that offices work; 国庆节 is not worked.
#[test]
fn holidays_are_as_published() {
    let calendar = sample().street.calendar;
    for (day, working) in [
        (date(2024, 2, 9), true),
        (date(2024, 9, 14), true),
        (date(2025, 1, 26), true),
        (date(2025, 10, 8), false),
        (date(2026, 1, 2), false),
        (date(2026, 1, 4), true),
        (date(2026, 2, 23), false),
        (date(2026, 2, 24), true),
        (date(2026, 10, 10), true),
    ] {
        assert_eq!(calendar.is_working(day), working, "{day}");
    }
    // Statutory days off of each year's notice, weekends inside the holidays included.
    let off: Vec<usize> = calendar.years.iter().map(|y| y.off.len()).collect();
    assert_eq!(off, [28, 28, 33]);
}

#[test]
fn nothing_invented_can_be_dialled() {
    let seed = sample();
    let staff = seed.staff.iter().filter_map(|s| s.phone.as_deref());
    let areas = seed.street.areas.iter().filter_map(|a| a.phone.as_deref());
    let facilities = seed.facilities.iter().filter_map(|f| f.phone.as_deref());
    for phone in staff.chain(areas).chain(facilities) {
        let invented = phone.starts_with("010-5550-") || phone.starts_with("138 0000 ");
        let national = ["110", "12345"].contains(&phone);
        assert!(invented || national, "{phone}");
    }
}

/// Names that stand in no matter, with the characters that have several readings.
const HELD_OUT: [(&str, &str); 103] = [
    ("重新办证", "chong xin ban zheng"),
    ("重复交费", "chong fu jiao fei"),
    ("重病报告", "zhong bing bao gao"),
    ("重阳节活动", "chong yang jie huo dong"),
    ("体重", "ti zhong"),
    ("银行卡挂失", "yin hang ka gua shi"),
    ("行业协会", "hang ye xie hui"),
    ("行动不便", "xing dong bu bian"),
    ("出行", "chu xing"),
    ("自行车棚", "zi xing che peng"),
    ("长期护理保险", "chang qi hu li bao xian"),
    ("楼长", "lou zhang"),
    ("家长学校", "jia zhang xue xiao"),
    ("长寿面", "chang shou mian"),
    ("生长", "sheng zhang"),
    ("音乐课", "yin yue ke"),
    ("欢乐家园", "huan le jia yuan"),
    ("娱乐", "yu le"),
    ("乐器", "yue qi"),
    ("还款", "huan kuan"),
    ("退还押金", "tui huan ya jin"),
    ("还是", "hai shi"),
    ("调查", "diao cha"),
    ("调取档案", "diao qu dang an"),
    ("空调", "kong tiao"),
    ("工资调整", "gong zi tiao zheng"),
    ("会计", "kuai ji"),
    ("开会", "kai hui"),
    ("单身证明", "dan shen zheng ming"),
    ("简单", "jian dan"),
    ("朝阳门", "chao yang men"),
    ("朝鲜族", "chao xian zu"),
    ("朝夕", "zhao xi"),
    ("曾用名", "ceng yong ming"),
    ("曾孙", "zeng sun"),
    ("小区", "xiao qu"),
    ("市区", "shi qu"),
    ("首都", "shou du"),
    ("都市", "du shi"),
    ("便民服务", "bian min fu wu"),
    ("便宜菜店", "pian yi cai dian"),
    ("方便宜居", "fang bian yi ju"),
    ("取得证书", "qu de zheng shu"),
    ("获得", "huo de"),
    ("土地", "tu di"),
    ("地址", "di zhi"),
    ("和平里", "he ping li"),
    ("暖和", "nuan huo"),
    ("供给", "gong ji"),
    ("给付", "ji fu"),
    ("送给", "song gei"),
    ("宣传", "xuan chuan"),
    ("自传", "zi zhuan"),
    ("角落", "jiao luo"),
    ("角色", "jue se"),
    ("参加", "can jia"),
    ("人参", "ren shen"),
    ("参差", "cen ci"),
    ("差额", "cha e"),
    ("出差", "chu chai"),
    ("率先", "shuai xian"),
    ("效率", "xiao lv"),
    ("联系", "lian xi"),
    ("系鞋带", "ji xie dai"),
    ("收藏", "shou cang"),
    ("西藏", "xi zang"),
    ("学校", "xue xiao"),
    ("校对", "jiao dui"),
    ("血压", "xue ya"),
    ("数据", "shu ju"),
    ("着急", "zhao ji"),
    ("着火", "zhao huo"),
    ("干部", "gan bu"),
    ("干净", "gan jing"),
    ("降压药", "jiang ya yao"),
    ("投降", "tou xiang"),
    ("看病", "kan bing"),
    ("看护", "kan hu"),
    ("看门", "kan men"),
    ("处理", "chu li"),
    ("办事处", "ban shi chu"),
    ("应急", "ying ji"),
    ("应该", "ying gai"),
    ("当事人", "dang shi ren"),
    ("适当", "shi dang"),
    ("照相", "zhao xiang"),
    ("互相", "hu xiang"),
    ("更换水表", "geng huan shui biao"),
    ("为老服务", "wei lao fu wu"),
    ("空巢老人", "kong chao lao ren"),
    ("测量血糖", "ce liang xue tang"),
    ("种植", "zhong zhi"),
    ("种类", "zhong lei"),
    ("中奖", "zhong jiang"),
    ("中医", "zhong yi"),
    ("大夫", "dai fu"),
    ("大厦", "da sha"),
    ("理发店", "li fa dian"),
    ("发票", "fa piao"),
    ("假期", "jia qi"),
    ("宿舍", "su she"),
    ("女儿", "nv er"),
    ("绿化带", "lv hua dai"),
];

/// The names go in as aliases of a matter, so that they take the way every name takes.
#[test]
fn characters_are_read_by_their_phrase() {
    let mut files = SeedFiles::sample();
    let matters = files.get("matters.toml").expect("in the sample");
    let mut aliases = String::new();
    for (name, _) in HELD_OUT {
        let quoted = format!("\"{name}\"");
        assert!(!matters.contains(&quoted), "{name} is no held-out name");
        aliases += &format!("{quoted}, ");
    }
    let matters = matters.replacen("aliases = [", &format!("aliases = [{aliases}"), 1);
    files.set("matters.toml", matters);
    let seed = parse(&files, today()).expect("clean");
    let terms = &seed.matters[0].search[1..];
    let wrong: Vec<String> = HELD_OUT
        .iter()
        .zip(terms)
        .filter(|((name, pinyin), term)| term.word != *name || term.pinyin != *pinyin)
        .map(|((name, pinyin), term)| format!("{name}: {}, not {pinyin}", term.pinyin))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn matters_are_found_as_people_type() {
    let seed = sample();
    for (query, id) in [
        ("gljt", "elder-allowance"),
        ("gaolingjintie", "elder-allowance"),
        ("高龄津贴", "elder-allowance"),
        ("长寿钱", "elder-allowance"),
        ("csq", "elder-allowance"),
        ("zdcjrhlbt", "disability-care-allowance"),
        ("chongdu", ""),
        ("zhangzheshitang", "meal-service"),
        ("zzst", "meal-service"),
        ("yhk", ""),
        ("db", "low-income"),
        ("dibao", "low-income"),
        ("sbkdl", "social-card-new"),
        ("Ｃｊｚ", "disability-card"),
        ("退休金", "pension-claim"),
        ("tiaojie", "mediation"),
        ("4050bt", "flexible-worker-subsidy"),
        ("lunyi", "assistive-device"),
        ("医药费报销", "medical-reimburse"),
        ("准生证", "birth-record"),
    ] {
        let found: Vec<(Match, &str)> = seed
            .matters
            .iter()
            .filter_map(|m| Some((best_match(&m.search, query)?, m.id.as_str())))
            .collect();
        let best = found.iter().map(|f| f.0).min();
        let firsts: Vec<&str> = found
            .iter()
            .filter(|f| Some(f.0) == best)
            .map(|f| f.1)
            .collect();
        match id {
            "" => assert!(best.is_none_or(|b| b > Match::Start), "{query}: {firsts:?}"),
            id => assert!(firsts.contains(&id), "{query}: {firsts:?}"),
        }
    }
}

#[test]
fn estates_are_found_as_people_type() {
    let seed = sample();
    for (query, id) in [
        ("cll", "changle-li"),
        ("changleli", "changle-li"),
        ("chonghua", "chonghua-yuan"),
        ("yinyuejiayuan", "yinyue-jia"),
        ("xzy", "xingzhi-yuan"),
        ("dsht", "dujia-yuan"),
        ("南院", "qiangwei-nan"),
    ] {
        let estates = seed.street.estates.iter();
        let found = estates
            .filter_map(|e| Some((best_match(&e.search, query)?, e.id.as_str())))
            .min();
        assert_eq!(found.map(|f| f.1), Some(id), "{query}");
    }
}

/// The sample with the first `from` of `file` written as `to`.
fn with(file: &'static str, from: &str, to: &str) -> SeedFiles {
    let mut files = SeedFiles::sample();
    let text = files.get(file).expect("in the sample");
    assert!(text.contains(from), "{file} has no {from:?}");
    let text = text.replacen(from, to, 1);
    files.set(file, text);
    files
}

fn faults(files: &SeedFiles) -> Vec<Fault> {
    parse(files, today()).err().unwrap_or_default()
}

/// File, what stands in it, what stands there instead, the end of the words before the faulty
/// line, what the fault says.
type Mistake = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

#[rustfmt::skip]
const MISTAKES: &[Mistake] = &[
    ("street.toml", "云栖街道（示例）", " ", "name = \" \"", "`name` says nothing"),
    ("street.toml", "\"12345\"", "\"call us\"", "phone = \"call us\"", "not a telephone number"),
    ("street.toml", "sample = true", "sampel = true", "sampel", "nothing is called `sampel`"),
    ("holidays.toml", "year = 2025", "year = 2024", "year = 2024\nsource = \"国务院办公厅关于2025", "here twice"),
    ("holidays.toml", "\"2024-05-11\"", "\"2023-05-11\"", "\"2023-05-11\"", "another year"),
    ("holidays.toml", "\"2024-05-11\"", "\"2024-05-10\"", "\"2024-05-10\"", "no weekend"),
    ("holidays.toml", "\"2026-01-04\"", "\"2026-01-03\"", "\"2026-01-03\", \"2026-02-14\"", "both off and worked"),
    ("holidays.toml", "\"2024-02-11\"", "\"2024-02-10\"", "\"2024-02-10\", \"2024-02-10\"", "here twice"),
    ("holidays.toml", "\"2024-06-10\"", "\"2024-06-31\"", "\"2024-06-31\"", "2024-06"),
    ("areas.toml", "parent = \"xinghe\"", "parent = \"nowhere\"", "parent = \"nowhere\"", "there is no area `nowhere`"),
    ("areas.toml", "parent = \"qiangwei\"", "parent = \"yunqi\"", "parent = \"yunqi\"\nphone = \"138", "cannot hold it"),
    ("areas.toml", "parent = \"xinghe\"\n", "", "id = \"yunqi\"", "a second area without a parent"),
    ("areas.toml", "id = \"hetang\"", "id = \"qiangwei\"", "id = \"qiangwei\"\nname = \"荷塘", "here twice"),
    ("areas.toml", "level = \"street\"", "level = \"town\"", "level = \"town\"", "unknown variant"),
    ("areas.toml", "lat = 40.0180, lon = 116.3400", "lat = 99.0, lon = 116.3400", "boundary = [", "latitude"),
    ("areas.toml", "    { lat = 39.9850, lon = 116.3400 },\n    { lat = 40.0180, lon = 116.3400 },\n", "", "boundary = [", "at least 3 points"),
    ("estates.toml", "grid = \"grid-01\"", "grid = \"grid-99\"", "grid = \"grid-99\"", "there is no area"),
    ("estates.toml", "grid = \"grid-01\"", "grid = \"yunqi\"", "grid = \"yunqi\"", "is not a grid"),
    ("estates.toml", "grid = \"grid-01\"", "grid = \"grid-11\"", "entrance", "outside the boundary"),
    ("estates.toml", "homes = 812", "homes = 0", "homes = 0", "at least one home"),
    ("estates.toml", "dwelling_area_m2 = 66600", "dwelling_area_m2 = 0", "dwelling_area_m2 = 0", "left out where it is not known"),
    ("estates.toml", "name = \"长乐里\"", "name = \"蔷薇里南院\"", "name = \"蔷薇里南院\"\naliases = [\"长乐里", "here twice"),
    ("facilities.toml", "Mo-Fr 08:30-17:30;", "Mon-Fri 08:30-17:30;", "hours = \"Mon", "`Mon-Fri` is not a day"),
    ("facilities.toml", "category = \"health\"", "category = \"medical\"", "category = \"medical\"", "unknown variant"),
    ("facilities.toml", "id = \"police\"", "id = \"Police\"", "id = \"Police\"", "an id is"),
    ("facilities.toml", "address = \"云栖南街 8 号\"", "address = \"\"", "address = \"\"", "says nothing"),
    ("staff.toml", "area = \"grid-01\"", "area = \"qiangwei\"", "area = \"qiangwei\"", "belongs to a grid"),
    ("staff.toml", "area = \"yunqi\"", "area = \"yunxi\"", "area = \"yunxi\"", "there is no area `yunxi`"),
    ("staff.toml", "id = \"grid02\"", "id = \"grid\"", "id = \"grid\"\nname = \"钱", "here twice"),
    ("staff.toml", "role = \"window\"\n", "", "[[staff]]", "missing field `role`"),
    ("visit_hours.toml", "staff = \"grid\"", "staff = \"window\"", "staff = \"window\"", "not a grid worker"),
    ("visit_hours.toml", "staff = \"grid\"", "staff = \"nobody\"", "staff = \"nobody\"", "nobody called"),
    ("visit_hours.toml", "slot_minutes = 30", "slot_minutes = 5", "slot_minutes = 5", "10 to 240"),
    ("visit_hours.toml", "days = [2]", "days = [8]", "days = [8]", "1 (Monday)"),
    ("visit_hours.toml", "from = \"18:00\"", "from = \"16:00\"", "from = \"16:00\"", "overlap"),
    ("visit_hours.toml", "until = \"20:00\"", "until = \"17:30\"", "until = \"17:30\"", "no slot fits"),
    ("visit_hours.toml", "until = \"20:00\"", "until = \"20:10\"", "until = \"20:10\"", "whole number of slots"),
    ("visit_hours.toml", "until = \"20:00\"", "until = \"25:00\"", "until = \"25:00\"", "25:00"),
    ("pinyin.toml", "huan kuan", "huan", "pinyin = \"huan\"", "one toneless syllable"),
    ("pinyin.toml", "huan kuan", "huán kuǎn", "pinyin = \"huán", "one toneless syllable"),
    ("matters.toml", "id = \"elder-card\"", "id = \"elder-allowance\"", "id = \"elder-allowance\"\nname = \"老年优待证", "here twice"),
    ("matters.toml", "source = { name = \"《社会保险经办条例》第十八条\", checked_on = \"2026-11-22\" }\n", "", "limit = { days = 20, unit = \"working_days\" }", "a limit without"),
    ("matters.toml", "source = { name = \"石棉县困难残疾人生活补贴办事指南\", place = \"石棉县\", checked_on = \"2026-11-22\" }\n", "", "low-income-materials", "materials without"),
    ("matters.toml", "第十八条\", checked_on = \"2026-11-22\"", "第十八条\"", "第十八条\"", "missing field `checked_on`"),
    ("matters.toml", "第十八条\", checked_on = \"2026-11-22\"", "第十八条\", checked_on = \"2062-11-22\"", "checked_on = \"2062-11-22\"", "far in the future"),
    ("matters.toml", "name = \"《社会保险经办条例》第十八条\"", "name = \"\"", "source = { name = \"\"", "says nothing"),
    ("matters.toml", "limit = { days = 20,", "limit = { days = 0,", "limit = { days = 0,", "1 to 365"),
    ("matters.toml", "code = \"photo\"", "code = \"hukou\"", "code = \"hukou\", name = \"近期照片\"", "here twice"),
    ("matters.toml", "code = \"photo\"", "code = \"照片\"", "code = \"照片\"", "is not a code"),
    ("matters.toml", "hint = \"拍首页和老人那一页\"", "hnit = \"拍首页和老人那一页\"", "hnit", "nothing is called"),
    ("matters.toml", "events = [\"old_age\"]", "events = []", "events = []", "at least one life event"),
    ("matters.toml", "reason = \"评定残疾要医生看到本人。来不了的，可以约医生上门。\"", "reason = \"\"", "reason = \"\"", "says nothing"),
    ("matters.toml", "visit = true", "visit = \"yes\"", "visit = \"yes\"", "invalid type"),
    ("categories.toml", "phones = [\"120\", \"110\"]", "phones = []", "phones = []", "at least one number"),
    ("categories.toml", "\"煤气味\"", "\"火\"", "words = [\"火\"", "too short"),
    ("categories.toml", "staff = \"department\"", "staff = \"grid\"", "staff = \"grid\"", "nobody of the role"),
    ("categories.toml", "department = \"街道城市管理办公室\"\nlimit = { days = 1", "department = \"城管\"\nlimit = { days = 1", "department = \"城管\"", "there is no department"),
    ("categories.toml", "limit = { days = 1,", "limit = { days = 0,", "limit = { days = 0,", "1 to 365"),
    ("categories.toml", "emergency = \"power\"", "emergency = \"thunder\"", "emergency = \"thunder\"", "there is no emergency"),
    ("categories.toml", "id = \"bulky\"", "id = \"garbage\"", "id = \"garbage\"\nname = \"大件", "here twice"),
    ("categories.toml", "plain = \"公厕脏、坏了、没水、没纸、关着门。\"", "plain = \"\"", "plain = \"\"", "says nothing"),
    ("categories.toml", "key = \"van\"", "key = \"cart\"", "key = \"cart\", name = \"一面包车\"", "here twice"),
    ("categories.toml", "kind = \"text\"", "kind = \"choice\"", "code = \"pole\"", "`values` stand with a choice"),
    ("categories.toml", "nature = \"pain\"", "nature = \"pane\"", "nature = \"pane\"", "unknown variant"),
    ("categories.toml", "icon = \"trash\"", "icno = \"trash\"", "icno", "nothing is called `icno`"),
    ("templates.toml", "matter = \"elder-card\"", "matter = \"elder\"", "matter = \"elder\"", "there is no matter"),
    ("templates.toml", "verb = \"accept\"", "verb = \"take\"", "verb = \"take\"", "unknown variant"),
    ("templates.toml", "回执号 {receipt}", "回执号 {number}", "{number}", "is none of"),
    ("templates.toml", "title = \"收到了\"", "title = \"约好上门\"", "title = \"约好上门\"\nwords = \"{name}，{staff}", "here twice"),
    ("notices.toml", "area = \"yunqi\"", "area = \"yunxi\"", "area = \"yunxi\"", "there is no area"),
    ("notices.toml", "until = { day = 60 }", "until = \"2026-11-01\"", "until = \"2026-11-01\"", "ends before it begins"),
    ("notices.toml", "[[notice]]", "[[notices]]", "[[notices]]", "nothing is called `notices`"),
    ("notices.toml", "area = \"grid-01\"", "area = grid-01", "area = grid-01", ""),
    ("messages.toml", "on = \"assign\"", "on = \"given\"", "on = \"given\"", "the name of an action"),
    ("messages.toml", "on = \"reassign\"", "on = \"assign\"", "on = \"assign\"\nto = \"handler\"\ntext = \"{about}（回执号 {receipt}）改派", "here twice"),
    ("messages.toml", "to = \"grid\"", "to = \"everybody\"", "to = \"everybody\"", "unknown variant"),
    ("messages.toml", "to = \"grid\"", "to = \"department\"", "to = \"department\"", "`end_call` alone"),
    ("messages.toml", "不用您再来了", "{name}不用您再来了", "text = \"{about}（回执号 {receipt}）{name}", "nothing is called `{name}`"),
    ("messages.toml", "name = \"随手拍\"", "name = \" \"", "name = \" \"", "says nothing"),
];

#[test]
fn every_mistake_is_told_with_its_line() {
    let mut untold = Vec::new();
    for (file, from, to, at, message) in MISTAKES {
        let files = with(file, from, to);
        let text = files.get(file).expect("just set");
        let at = match *at {
            "low-income-materials" => {
                "materials = [\n    { code = \"id_card\", name = \"身份证\", mandatory = true, hint = \"正反两面都拍\" },\n    { code = \"hukou\", name = \"户口簿\", mandatory = true, hint = \"拍首页和本人那一页\" },\n    { code = \"disability_card\", name = \"残疾人证\", mandatory = true },\n    { code = \"low_income_card\""
            }
            at => at,
        };
        let offset = text
            .find(at)
            .unwrap_or_else(|| panic!("{file} has no {at:?}"));
        let line = text[..offset].matches('\n').count() + 1;
        let faults = faults(&files);
        let told = faults
            .iter()
            .any(|f| f.file == *file && f.line == line && f.message.contains(message));
        if !told {
            untold.push(format!("{file}:{line} {message:?}, but {faults:#?}"));
        }
    }
    assert!(untold.is_empty(), "{}", untold.join("\n"));
}

#[test]
fn all_mistakes_are_told_at_once_and_in_order() {
    let mut files = with("areas.toml", "parent = \"xinghe\"", "parent = \"nowhere\"");
    for (file, from, to) in [
        (
            "matters.toml",
            "limit = { days = 20,",
            "limit = { days = 0,",
        ),
        ("matters.toml", "visit = true", "visit = 1"),
        ("street.toml", "sample = true", "sample = 1"),
    ] {
        let text = files
            .get(file)
            .expect("in the sample")
            .replacen(from, to, 1);
        files.set(file, text);
    }
    let faults = faults(&files);
    let told: Vec<&str> = faults.iter().map(|f| f.file).collect();
    assert_eq!(
        told[..4],
        ["street.toml", "areas.toml", "matters.toml", "matters.toml"],
        "{faults:#?}"
    );
    let lines: Vec<usize> = faults.iter().map(|f| f.line).collect();
    assert!(lines[2] < lines[3], "{faults:#?}");
}

#[test]
fn a_folder_is_read_like_the_sample() {
    let folder = tempfile::tempdir().expect("a folder");
    let sample = SeedFiles::sample();
    for name in FILES {
        let text = sample.get(name).expect("in the sample");
        std::fs::write(folder.path().join(name), text).expect("written");
    }
    let read = SeedFiles::read_dir(folder.path()).expect("readable");
    let seed = parse(&read, today()).expect("clean");
    assert_eq!(seed.matters, self::sample().matters);

    for name in ["facilities.toml", "notices.toml", "pinyin.toml"] {
        std::fs::remove_file(folder.path().join(name)).expect("removed");
    }
    let read = SeedFiles::read_dir(folder.path()).expect("readable");
    assert!(parse(&read, today()).is_ok(), "these files may be missing");

    std::fs::remove_file(folder.path().join("matters.toml")).expect("removed");
    let read = SeedFiles::read_dir(folder.path()).expect("readable");
    let faults = faults(&read);
    assert_eq!(faults[0].to_string(), "matters.toml:0: the file is missing");
}

#[test]
fn a_relative_notice_begins_on_the_day_of_the_import() {
    let notices = sample().street.notices;
    assert_eq!(notices[0].from, TimeMs::start_of(date(2026, 11, 22)));
    let noon = date(2026, 11, 27).at(12, 0, 0, 0);
    assert_eq!(notices[0].until, TimeMs::from_china(noon));
    let fixed = with(
        "notices.toml",
        "until = { day = 60 }",
        "until = \"2026-12-24\"",
    );
    let fixed = parse(&fixed, today()).expect("clean").street.notices;
    assert_eq!(fixed[1].until, TimeMs::end_of(date(2026, 12, 24)));
}

/// No two grids claim the same home, and the estates' positions are not all one point.
#[test]
fn grids_do_not_overlap_at_the_estates() {
    let seed = sample();
    let mut places = BTreeSet::new();
    for estate in &seed.street.estates {
        let grids = seed.street.areas.iter().filter(|area| {
            area.level == model::area::Level::Grid
                && model::place::ring_contains(&area.boundary, estate.entrance)
        });
        assert_eq!(grids.count(), 1, "{}", estate.name);
        places.insert(format!("{:?}", estate.entrance));
    }
    assert_eq!(places.len(), seed.street.estates.len());
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(24))]

    /// Whatever is cut out of a file, import answers, and each fault has a line that is there.
    #[test]
    fn a_torn_file_is_answered(file in 0..FILES.len(), from in 0.0..1.0f64, length in 1usize..400) {
        let mut files = SeedFiles::sample();
        let text = files.get(FILES[file]).expect("in the sample");
        let chars: Vec<char> = text.chars().collect();
        let from = (from * chars.len() as f64) as usize;
        let kept = chars[..from].iter().chain(chars.iter().skip(from + length));
        let torn: String = kept.collect();
        files.set(FILES[file], torn);
        for fault in faults(&files) {
            let lines = files.get(fault.file).expect("in the sample").lines().count();
            proptest::prop_assert!((1..=lines + 1).contains(&fault.line), "{}", fault);
            proptest::prop_assert!(!fault.message.is_empty(), "{}:{}", fault.file, fault.line);
        }
    }
}
