//! A chart over time as SVG. Colours come from the page's style sheet by class, so that they follow its light or dark theme.

use std::fmt::Write;

use crate::time::{self, DAY_SECS};

/// Room around the plot for the axes' labels, in pixels.
const LEFT: f64 = 58.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 24.0;

/// Points of one line: time in seconds since 1970 and value.
pub type Line = Vec<(i64, f64)>;

/// What the chart's values are, for the labels of its axis.
#[derive(Clone, Copy, Debug)]
pub enum Unit {
    /// A part of one, shown in percent.
    Percent,
    /// US dollars.
    Usd,
    /// A plain number.
    Number,
}

/// A chart in the making: draw from the back to the front, then [`finish`](Chart::finish).
pub struct Chart {
    width: f64,
    height: f64,
    times: (i64, i64),
    values: (f64, f64),
    unit: Unit,
    body: String,
}

impl Chart {
    /// A chart of this size in pixels over `times`, its values' axis wide enough for all of `values`.
    pub fn new(size: (f64, f64), times: (i64, i64), values: impl Iterator<Item = f64>, unit: Unit) -> Self {
        let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        let (low, high) = if low <= high { (low, high) } else { (0.0, 1.0) };
        // A flat line still needs an axis of some height.
        let margin = ((high - low) * 0.04).max(high.abs() * 1e-4).max(1e-9);
        let mut chart = Self {
            width: size.0,
            height: size.1,
            times: (times.0, times.1.max(times.0 + 1)),
            values: (low - margin, high + margin),
            unit,
            body: String::new(),
        };
        chart.grid();
        chart
    }

    /// Fills between two values over the whole width.
    pub fn band(&mut self, low: f64, high: f64, class: &str) {
        let (top, bottom) = (self.y(high.min(self.values.1)), self.y(low.max(self.values.0)));
        let (x, width) = (LEFT, self.width - LEFT - RIGHT);
        self.put(format_args!(r#"<rect class="{class}" x="{x}" y="{top:.1}" width="{width}" height="{:.1}"/>"#, bottom - top));
    }

    /// A level over the whole width.
    pub fn level(&mut self, value: f64, class: &str) {
        let (y, end) = (self.y(value), self.width - RIGHT);
        self.put(format_args!(r#"<line class="{class}" x1="{LEFT}" x2="{end}" y1="{y:.1}" y2="{y:.1}"/>"#));
    }

    /// A line through the points.
    pub fn line(&mut self, line: &Line, class: &str) {
        let mut points = String::with_capacity(line.len() * 12);
        for (time, value) in line {
            // Writing to a string cannot fail.
            let _ = write!(points, "{:.1},{:.1} ", self.x(*time), self.y(*value));
        }
        self.put(format_args!(r#"<polyline class="{class}" points="{}"/>"#, points.trim_end()));
    }

    /// A triangle that points up or down to the value, with text to show on hovering.
    pub fn marker(&mut self, time: i64, value: f64, points_up: bool, class: &str, title: &str) {
        let (x, y) = (self.x(time), self.y(value));
        let base = if points_up { y + 8.0 } else { y - 8.0 };
        let (left, right) = (x - 4.0, x + 4.0);
        let title = escape(title);
        self.put(format_args!(
            r#"<path class="{class}" d="M{x:.1} {y:.1}L{left:.1} {base:.1}L{right:.1} {base:.1}Z"><title>{title}</title></path>"#
        ));
    }

    /// The chart, described by `label` to those who cannot see it.
    pub fn finish(self, label: &str) -> String {
        let Self { width, height, body, .. } = self;
        let label = escape(label);
        format!(r#"<svg viewBox="0 0 {width} {height}" role="img" aria-label="{label}">{body}</svg>"#)
    }

    fn grid(&mut self) {
        let (step, ticks) = value_ticks(self.values, (self.height / 45.0).max(2.0));
        for tick in ticks {
            self.level(tick, "grid");
            let (x, y, text) = (LEFT - 8.0, self.y(tick) + 4.0, self.unit.label(tick, step));
            self.put(format_args!(r#"<text class="axis" text-anchor="end" x="{x}" y="{y:.1}">{text}</text>"#));
        }
        let (top, bottom) = (TOP, self.height - BOTTOM);
        for (time, text) in time_ticks(self.times, (self.width / 95.0).max(2.0)) {
            let (x, y) = (self.x(time), self.height - 6.0);
            self.put(format_args!(r#"<line class="grid" x1="{x:.1}" x2="{x:.1}" y1="{top}" y2="{bottom}"/>"#));
            self.put(format_args!(r#"<text class="axis" text-anchor="middle" x="{x:.1}" y="{y}">{text}</text>"#));
        }
    }

    fn put(&mut self, element: std::fmt::Arguments) {
        let _ = self.body.write_fmt(element);
    }

    fn x(&self, time: i64) -> f64 {
        let part = (time - self.times.0) as f64 / (self.times.1 - self.times.0) as f64;
        LEFT + part * (self.width - LEFT - RIGHT)
    }

    fn y(&self, value: f64) -> f64 {
        let part = (value - self.values.0) / (self.values.1 - self.values.0);
        self.height - BOTTOM - part * (self.height - TOP - BOTTOM)
    }
}

impl Unit {
    /// A tick's label, as exact as the distance between ticks demands.
    fn label(self, value: f64, step: f64) -> String {
        let places = |step: f64| (-step.log10().floor()).clamp(0.0, 8.0) as usize;
        match self {
            Unit::Percent => format!("{:.*}%", places(step * 100.0), value * 100.0),
            Unit::Usd => format!("${value:.*}", places(step)),
            Unit::Number => format!("{value:.*}", places(step)),
        }
    }
}

/// Round values within the range, at most about `count`, and their distance: 1, 2 or 5 times a power of ten.
fn value_ticks((low, high): (f64, f64), count: f64) -> (f64, Vec<f64>) {
    let rough = (high - low) / count;
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * power).into_iter().find(|step| *step >= rough).unwrap_or(power * 10.0);
    let (first, last) = ((low / step).ceil() as i64, (high / step).floor() as i64);
    // Adding zero turns a negative zero into a plain one.
    (step, (first..=last).map(|n| n as f64 * step + 0.0).collect())
}

/// Round moments within the range, at most about `count`, with their labels.
fn time_ticks((from, to): (i64, i64), count: f64) -> Vec<(i64, String)> {
    const HOUR: i64 = 3_600;
    let steps =
        [HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR].into_iter().chain([1, 2, 7, 14, 28, 56, 91, 182, 365].map(|days| days * DAY_SECS));
    let rough = (to - from) as f64 / count;
    let step = steps.into_iter().find(|step| *step as f64 >= rough).unwrap_or(730 * DAY_SECS);
    // From a midnight, so that days are labelled where they begin.
    let origin = (from + DAY_SECS - 1).div_euclid(DAY_SECS) * DAY_SECS;
    let back = (origin - from) / step;
    let label = |at: i64| match step {
        step if step < DAY_SECS => time::date_time(at).split_off("YYYY-MM-DD ".len()),
        step if step > 90 * DAY_SECS => time::date(at),
        _ => time::short_date(at),
    };
    (0..).map(|n| origin + (n - back) * step).take_while(|at| *at <= to).map(|at| (at, label(at))).collect()
}

/// Text that stays text inside HTML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn value_ticks_are_round_and_inside() {
        let (step, ticks) = value_ticks((0.187, 0.334), 5.0);
        assert!((step - 0.05).abs() < 1e-12);
        assert_eq!(ticks.iter().map(|tick| Unit::Percent.label(*tick, step)).collect::<Vec<_>>(), ["20%", "25%", "30%"]);
        let (step, ticks) = value_ticks((-0.011, 0.012), 4.0);
        assert_eq!(ticks.iter().map(|tick| Unit::Number.label(*tick, step)).collect::<Vec<_>>(), ["-0.01", "0.00", "0.01"]);
    }

    #[test]
    fn time_ticks_begin_at_midnight() {
        let from = 1_648_774_800; // 2022-04-01 01:00
        let labels =
            |days: i64| time_ticks((from, from + days * DAY_SECS), 8.0).into_iter().map(|(_, label)| label).collect::<Vec<_>>();
        assert_eq!(labels(90)[..3], ["2 Apr", "16 Apr", "30 Apr"]);
        assert_eq!(labels(1)[..3], ["03:00", "06:00", "09:00"]);
        assert_eq!(labels(800)[0], "2022-04-02");
    }

    #[test]
    fn values_fill_the_plot_and_flat_lines_do_not_divide_by_zero() {
        let mut chart = Chart::new((200.0, 100.0), (0, 0), [5.0, 5.0].into_iter(), Unit::Usd);
        chart.line(&vec![(0, 5.0), (1, 5.0)], "main");
        let svg = chart.finish("flat & <bare>");
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        assert!(svg.contains(r#"aria-label="flat &amp; &lt;bare&gt;""#));
    }
}
