//! What the core does with texts that are in memory, on one thread: `cargo bench -p pullcheck-core`.

use std::{hint::black_box, sync::Arc};

use divan::{AllocProfiler, Bencher, counter::BytesCount};
use pullcheck_core::{
    extract::extract,
    judge::judge,
    path::LogicalPath,
    resolve::{Others, Project, Resolved, SourceFile, kustomize::Deployed},
    rule::Profile,
    rules::levels,
    settings::Settings,
    yaml,
};
use trees::Shape;

/// Allocations are counted beside the time.
#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

/// Each shape, with a count that makes a file or tree of about two megabytes.
const SHAPES: [(Shape, usize); 3] =
    [(Shape::Mixed, 600), (Shape::Deployments, 1_200), (Shape::OneFile, 2_000)];

fn main() {
    divan::main();
}

/// Every document becomes a tree, whether it can hold an image or not.
#[divan::bench(args = SHAPES, max_time = 3)]
fn parse(bencher: Bencher<'_, '_>, (shape, count): (Shape, usize)) {
    let files = files(shape, count);
    bencher.counter(bytes(&files)).bench_local(|| {
        for (_, text) in &files {
            for part in yaml::documents(text) {
                let _ = black_box(yaml::parse(text, part));
            }
        }
    });
}

/// Texts become facts: what cannot hold an image is passed over, the rest is parsed.
#[divan::bench(args = SHAPES, max_time = 3)]
fn extract_facts(bencher: Bencher<'_, '_>, (shape, count): (Shape, usize)) {
    let (files, settings) = (files(shape, count), settings());
    bencher.counter(bytes(&files)).bench_local(|| {
        for (path, text) in &files {
            black_box(extract(path, text, &settings));
        }
    });
}

/// What the files together deploy: kustomizations are followed. Charts are not rendered.
#[divan::bench(max_time = 3)]
fn resolve(bencher: Bencher<'_, '_>) {
    let files = files(Shape::Mixed, 600);
    let project = project(&files);
    bencher.counter(bytes(&files)).bench_local(|| resolved(&project));
}

/// Facts become findings by all rules that run by default.
#[divan::bench(args = [(Shape::Deployments, 1_200), (Shape::Findings, 5_000)], max_time = 3)]
fn judge_facts(bencher: Bencher<'_, '_>, (shape, count): (Shape, usize)) {
    let files = files(shape, count);
    let project = project(&files);
    let resolved = resolved(&project);
    bencher.counter(bytes(&files)).bench_local(|| judge(&resolved));
}

fn files(shape: Shape, count: usize) -> Vec<(LogicalPath, String)> {
    shape.files(count, 1).map(|file| (LogicalPath::new(file.path), file.text)).collect()
}

fn bytes(files: &[(LogicalPath, String)]) -> BytesCount {
    BytesCount::new(files.iter().map(|(_, text)| text.len()).sum::<usize>())
}

fn settings() -> Arc<Settings> {
    let levels = levels(Profile::Recommended);
    Arc::new(Settings { levels, honour_ignores: true, ..Settings::default() })
}

fn project(files: &[(LogicalPath, String)]) -> Project {
    let settings = settings();
    let read = |(path, text): &(LogicalPath, String)| SourceFile {
        path: path.clone(),
        facts: Box::new(extract(path, text, &settings)),
        settings: Arc::clone(&settings),
        is_context: false,
    };
    Project::new(files.iter().map(read).collect(), Others::default())
}

fn resolved(project: &Project) -> Resolved<'_> {
    let builds = project.builds();
    project.resolve(Vec::new(), Deployed::join(vec![builds.follow(0..builds.count())]))
}
