//! Renders all templates of a chart and its subcharts, as Helm's `engine.go` does.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashSet},
    ops::Range,
    rc::Rc,
};

use super::{
    Chart, ChartInput, Leaf, Origin, Rendered, Source, Template,
    coalesce::Tree,
    eval::{Define, Evaluator, Place, Unit},
    functions::without_no_value,
    heap::{Heap, Map, MapId, Value},
    text::{Mark, Run, Text},
};
use crate::span::{At, FileId, Span};

/// How deep subcharts are read.
const SUBCHARTS: u32 = 16;

/// What a chart renders with its values. The order is that of Helm, which is that of the paths,
/// the deepest first. Templates that are broken are left out, as are partials and `NOTES.txt`.
#[must_use]
pub fn render(chart: &ChartInput<'_>) -> Vec<Rendered> {
    let (mut rendered, pruned, seen) = pass(chart, true, &HashSet::new());
    if pruned {
        // What is switched off is judged as though it were on.
        let (assumed, ..) = pass(chart, false, &seen);
        rendered.extend(assumed.into_iter().map(|mut rendered| {
            rendered.assumed.clear();
            let whole = Span::of(0..rendered.text.len());
            extend(&mut rendered.assumed, whole);
            rendered
        }));
    }
    rendered
}

/// A template under the name that Helm gives it.
struct Named<'a> {
    name: String,
    file: FileId,
    template: &'a Template,
    context: MapId,
    base_path: String,
}

/// Renders what no pass before has seen; tells whether subcharts were left out, and what it saw.
fn pass(
    chart: &ChartInput<'_>,
    prunes: bool,
    seen: &HashSet<String>,
) -> (Vec<Rendered>, bool, HashSet<String>) {
    let mut heap = Heap::default();
    let mut tree = Tree::new(chart, &mut heap, SUBCHARTS);
    let left_out = prunes && tree.prune(&mut heap);
    let values = Value::Map(tree.values(&mut heap));
    let mut templates = Vec::new();
    contexts(&mut heap, &tree, values, "", &mut templates);
    templates
        .sort_by_cached_key(|named| Reverse((named.name.matches('/').count(), named.name.clone())));
    let mut ev = Evaluator::new(heap);
    define(&mut ev, &templates);
    let mut rendered = Vec::new();
    for named in templates.iter().filter(|named| !seen.contains(&named.name)) {
        if is_shown(&named.name) && named.template.broken().is_none() {
            rendered.push(run(&mut ev, named));
        }
    }
    (rendered, left_out, templates.into_iter().map(|named| named.name).collect())
}

/// Whether a template's own output counts.
fn is_shown(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    !file.starts_with('_') && file != "NOTES.txt"
}

fn run(ev: &mut Evaluator<'_>, named: &Named<'_>) -> Rendered {
    let mut place = BTreeMap::new();
    place.insert(Rc::from("Name"), Value::plain(&*named.name));
    place.insert(Rc::from("BasePath"), Value::plain(&*named.base_path));
    let place = ev.heap.new_map(place);
    ev.heap.set(named.context, &Rc::from("Template"), Some(place));
    let unit = Unit { template: named.template, place: Place::File(named.file) };
    let text = ev.capture(&unit, &named.template.body, &Value::Map(named.context));
    finish(named.file, &without_no_value(&text))
}

fn define<'a>(ev: &mut Evaluator<'a>, templates: &[Named<'a>]) {
    for named in templates {
        let whole = [(&*named.name, &named.template.body)];
        let defined = named.template.defines.iter().map(|(name, body)| (&**name, body));
        for (name, body) in whole.into_iter().chain(defined) {
            let define = Define { file: named.file, template: named.template, body };
            // An empty definition does not replace one that says something.
            let says = |define: &Define<'_>| !is_blank(define.template, define.body);
            if !says(&define) && ev.defines.get(name).is_some_and(says) {
                continue;
            }
            ev.defines.insert(name.to_owned(), define);
        }
    }
}

fn is_blank(template: &Template, body: &[super::ast::Node]) -> bool {
    body.iter().all(|node| match node {
        super::ast::Node::Literal { span, at } => template.literal(*span, *at).trim().is_empty(),
        _ => false,
    })
}

/// Makes what templates see as `.`, of a chart and those below it.
fn contexts<'a>(
    heap: &mut Heap,
    tree: &Tree<'_, 'a>,
    values: Value,
    above: &str,
    templates: &mut Vec<Named<'a>>,
) -> Value {
    let input = tree.input;
    let (chart, file) = input.chart;
    let path = if above.is_empty() {
        input.name.to_string()
    } else {
        format!("{above}/charts/{}", input.name)
    };
    let mut subcharts = BTreeMap::new();
    for below in &tree.subcharts {
        let key: Rc<str> = Rc::from(&*below.input.name);
        let inner = match &values {
            Value::Map(map) => match heap.get(*map, &key) {
                map @ Value::Map(_) => map,
                _ => heap.new_map(BTreeMap::new()),
            },
            _ => Value::unknown(),
        };
        let context = contexts(heap, below, inner, &path, templates);
        subcharts.insert(key, context);
    }
    let mut context = BTreeMap::new();
    let mut put = |key: &str, value: Value| context.insert(Rc::from(key), value);
    put("Values", values);
    put("Subcharts", heap.new_map(subcharts));
    put("Chart", about(heap, chart, file, &input.name, above.is_empty()));
    put("Release", release(heap));
    put("Capabilities", Value::unknown_but(true));
    put("Files", Value::unknown());
    let context = heap.add_map(Map { entries: context, open: false });
    for (file, name, template) in &input.templates {
        if chart.is_library && is_shown(name) {
            continue;
        }
        templates.push(Named {
            name: format!("{path}/{name}"),
            file: *file,
            template,
            context,
            base_path: format!("{path}/templates"),
        });
    }
    Value::Map(context)
}

/// `.Chart`; what is not listed is unknown.
fn about(heap: &mut Heap, chart: &Chart, file: FileId, name: &str, is_root: bool) -> Value {
    let leaf = |leaf: &Option<Leaf>| match leaf {
        Some(leaf) => {
            let at = At { file, span: leaf.span };
            Value::text(Text::new(&*leaf.text, Mark::Value(at, None)))
        }
        None => Value::plain(""),
    };
    let own_name = chart.name.as_ref().is_some_and(|own| *own.text == *name);
    let mut about = BTreeMap::new();
    about.insert(Rc::from("Name"), if own_name { leaf(&chart.name) } else { Value::plain(name) });
    about.insert(Rc::from("Version"), leaf(&chart.version));
    about.insert(Rc::from("AppVersion"), leaf(&chart.app_version));
    about.insert(Rc::from("IsRoot"), Value::Bool(is_root, None));
    Value::Map(heap.add_map(Map { entries: about, open: true }))
}

fn release(heap: &mut Heap) -> Value {
    let mut release = BTreeMap::new();
    release.insert(Rc::from("Name"), Value::unknown_but(true));
    release.insert(Rc::from("Namespace"), Value::unknown_but(true));
    release.insert(Rc::from("Service"), Value::plain("Helm"));
    Value::Map(heap.add_map(Map { entries: release, open: true }))
}

/// Takes out what is unknown and stands alone on a line, and tells where the rest is from.
fn finish(template: FileId, text: &Text) -> Rendered {
    let mut kept = Text::default();
    let mut gone = Vec::new();
    let mut from = 0;
    for line in lone_unknowns(text) {
        text.copy(from..line.start, &mut kept);
        let used = text.slice(line.clone()).runs.into_iter().find_map(|run| match run.mark {
            Mark::Unknown(used) => used,
            _ => None,
        });
        gone.push((Span::of(0..kept.string.len()).end, used.unwrap_or_default()));
        from = line.end;
    }
    text.copy(from..text.string.len(), &mut kept);
    let mut gone = gone.into_iter().peekable();
    let mut rendered = Rendered {
        template,
        text: String::new(),
        origins: Vec::new(),
        assumed: Vec::new(),
        unsure: Vec::new(),
    };
    for (range, run) in kept.ranges() {
        let range = Span::of(range);
        while let Some((at, used)) = gone.next_if(|(at, _)| *at <= range.start) {
            rendered.origins.push(Origin { range: at..at, from: Source::Unknown { used } });
        }
        rendered.origins.push(Origin { range: range.start..range.end, from: source(&run.mark) });
        if run.doubt.assumed {
            extend(&mut rendered.assumed, range);
        }
        if run.doubt.unsure {
            extend(&mut rendered.unsure, range);
        }
    }
    for (at, used) in gone {
        rendered.origins.push(Origin { range: at..at, from: Source::Unknown { used } });
    }
    rendered.text = kept.string;
    rendered
}

fn extend(ranges: &mut Vec<Range<u32>>, more: Span) {
    match ranges.last_mut() {
        Some(last) if last.end == more.start => last.end = more.end,
        _ => ranges.push(more.start..more.end),
    }
}

/// The parts of lines, without their indentation, that hold unknown values and nothing else.
fn lone_unknowns(text: &Text) -> Vec<Range<usize>> {
    let string = text.string.as_str();
    let is_unknown = |run: &Run| matches!(run.mark, Mark::Unknown(_));
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut looked_at = 0;
    for (range, _) in text.ranges().filter(|(_, run)| is_unknown(run)) {
        if range.start < looked_at {
            continue;
        }
        let bytes = string.as_bytes();
        let start = bytes.get(..range.start).and_then(|before| memchr::memrchr(b'\n', before));
        let start = start.map_or(0, |at| at + 1);
        let end = bytes.get(range.end..).and_then(|after| memchr::memchr(b'\n', after));
        let end = end.map_or(string.len(), |at| range.end + at);
        looked_at = end;
        let known = text.slice(start..end);
        let blank = known.ranges().all(|(piece, run)| {
            is_unknown(run) || known.string.get(piece).is_none_or(|piece| piece.trim().is_empty())
        });
        if blank && found.last().is_none_or(|last| last.end <= start) {
            found.push(start..end);
        }
    }
    found
}

fn source(mark: &Mark) -> Source {
    match mark {
        Mark::Template(at) => Source::Template(*at),
        Mark::Value(leaf, used) => Source::Value { leaf: *leaf, used: used.unwrap_or_default() },
        Mark::Computed(leaves, used) => {
            Source::Computed { leaves: leaves.to_vec(), used: used.unwrap_or_default() }
        }
        Mark::Unknown(used) => Source::Unknown { used: used.unwrap_or_default() },
    }
}
