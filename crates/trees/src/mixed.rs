//! What a large repository holds: one application after the other, each in a folder of its own.

use fastrand::Rng;

use crate::{
    File, charts, custom, kustomize, plain,
    words::{app, between, now_and_then, one_of},
    workloads::workload,
};

/// Files without end.
pub fn files(mut rng: Rng) -> impl Iterator<Item = File> {
    (0..).flat_map(move |number: usize| part(&mut rng, number))
}

/// The files of one application.
fn part(rng: &mut Rng, number: usize) -> Vec<File> {
    let name = format!("{}-{number}", app(rng));
    // Eight applications to a team, sixteen teams to a group.
    let (group, team) = (number / 128, number / 8);
    let folder = format!("group-{group}/team-{team}/{name}");
    let named = |(file, text): (&str, String)| File { path: format!("{folder}/{file}"), text };
    let numbered = |number, (file, text): (&str, String)| File {
        path: format!("{folder}/{number}-{file}"),
        text,
    };
    match rng.u8(0..100) {
        0..52 => manifests(rng, &name).into_iter().map(named).collect(),
        52..60 => kustomize::application(rng, &folder, &name),
        60..68 => charts::chart(rng, &folder, &name),
        68..87 => {
            (0..rng.u8(1..5)).map(|number| numbered(number, custom::resource(rng, &name))).collect()
        }
        87..92 => vec![named(("crd.yaml", definition(rng, &name)))],
        _ => plain::files(rng).into_iter().map(named).collect(),
    }
}

/// An application as it is applied by hand.
fn manifests(rng: &mut Rng, name: &str) -> Vec<(&'static str, String)> {
    let kinds = ["Deployment", "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod"];
    let kind = one_of(rng, &kinds);
    let mut files = vec![
        ("workload.yaml", workload(rng, kind, name)),
        ("service.yaml", plain::service(rng, name)),
    ];
    if now_and_then(rng, 60) {
        let lines = lines(rng);
        files.push(("config.yaml", plain::config_map(rng, name, lines)));
    }
    if now_and_then(rng, 50) {
        let account = plain::service_account(rng, name);
        files.push(("rbac.yaml", format!("{account}---\n{}", plain::role(rng, name))));
    }
    if now_and_then(rng, 30) {
        files.push(("ingress.yaml", plain::ingress(rng, name)));
    }
    if now_and_then(rng, 25) {
        files.push(("secret.yaml", plain::secret(rng, name)));
    }
    files
}

/// How long a configuration file is: mostly short; a few are dashboards or lists of rules.
fn lines(rng: &mut Rng) -> usize {
    if now_and_then(rng, 8) { between(rng, 1_000, 4_000) } else { between(rng, 4, 120) }
}

fn definition(rng: &mut Rng, name: &str) -> String {
    let properties =
        if now_and_then(rng, 35) { between(rng, 400, 2_000) } else { between(rng, 20, 400) };
    plain::definition(rng, name, properties)
}
