//! What an operator sees of the running program: the log, and traces for whoever collects them.
//!
//! A trace says where the time of one request went: the request, each statement of the database
//! within it, each file. It holds routes, statements and case ids, never values: what may stand in
//! the log may stand in a trace, and nothing else.

use axum::http::HeaderMap;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{TraceContextExt, TracerProvider};
use opentelemetry_http::HeaderExtractor;
use opentelemetry_otlp::{ExporterBuildError, Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use std::io::IsTerminal;
use tracing::{Level, Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt, layer::SubscriberExt, registry};
use url::Url;

/// What the program is called among others whose traces are collected.
const NAME: &str = "yikezhong";

/// Where traces go.
#[derive(Clone, Debug, clap::Args)]
pub struct TraceArgs {
    /// A collector of OpenTelemetry traces by OTLP over HTTP, such as
    /// `http://127.0.0.1:4318/v1/traces`.
    #[arg(long, env = "YIKEZHONG_TRACE_URL")]
    pub trace_url: Option<Url>,
    /// Which share of requests is traced, from 0 to 1. A request that a proxy traces already is
    /// traced as the proxy decided.
    #[arg(long, env = "YIKEZHONG_TRACE_SHARE", default_value_t = 0.1)]
    pub trace_share: f64,
}

/// The log and the traces, until the program ends.
#[derive(Debug)]
pub struct Telemetry {
    traces: Option<SdkTracerProvider>,
}

/// Starts both: the log on standard error, as JSON lines where wanted.
///
/// # Errors
/// [`ExporterBuildError`] where traces cannot be sent to that address.
pub fn start(json: bool, args: &TraceArgs) -> Result<Telemetry, ExporterBuildError> {
    let traces = args.trace_url.as_ref();
    let traces = traces.map(|url| collector(url, args.trace_share));
    let traces = traces.transpose()?;
    let tracer = traces.as_ref().map(|traces| traces.tracer(NAME));
    let of_ours = Targets::new().with_target("server", Level::DEBUG);
    let sent = tracer.map(|tracer| {
        let layer = tracing_opentelemetry::layer().with_tracer(tracer);
        layer.with_threads(false).with_filter(of_ours)
    });
    registry().with(log(json)).with(sent).init();
    Ok(Telemetry { traces })
}

fn log<S>(json: bool) -> impl Layer<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let filter = EnvFilter::try_from_env("YIKEZHONG_LOG")
        .unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let log = fmt::layer()
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let log = if json {
        log.json().boxed()
    } else {
        log.boxed()
    };
    log.with_filter(filter)
}

fn collector(url: &Url, share: f64) -> Result<SdkTracerProvider, ExporterBuildError> {
    let exporter = SpanExporter::builder()
        .with_http()
        .with_endpoint(url.as_str())
        .with_protocol(Protocol::HttpBinary)
        .build()?;
    let sampler = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(share)));
    let resource = Resource::builder().with_service_name(NAME);
    let version = opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_sampler(sampler)
        .with_resource(resource.with_attribute(version).build());
    Ok(provider.build())
}

impl Telemetry {
    /// Sends what is left. Takes as long as the collector does, seconds at most.
    pub async fn finish(self) {
        let Some(traces) = self.traces else {
            return;
        };
        let sent = tokio::task::spawn_blocking(move || traces.shutdown()).await;
        match sent {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(error = %error, "the last traces were not sent"),
            Err(error) => tracing::warn!(error = %error, "the last traces were not sent"),
        }
    }
}

/// Makes the request part of the trace that the proxy in front of us began (W3C Trace Context), and
/// writes the trace's name into the request's log lines.
pub fn join(span: &Span, headers: &HeaderMap, behind_proxy: bool) {
    if behind_proxy {
        let parent = TraceContextPropagator::new().extract(&HeaderExtractor(headers));
        // Refused where nothing is traced.
        let _ = span.set_parent(parent);
    }
    let context = span.context();
    let trace = context.span().span_context().clone();
    if trace.is_sampled() {
        span.record("trace", trace.trace_id().to_string());
    }
}
