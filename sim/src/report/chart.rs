//! Charts over time, and of one figure against another, as SVG. Colours come from the page's style sheet by class, so that they follow its light or dark theme.

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
    across: (f64, f64),
    values: (f64, f64),
    unit: Unit,
    /// Whether both axes are logarithmic; their ranges are then of logarithms.
    is_logarithmic: bool,
    /// Names written so far: left and right end, and height.
    names: Vec<(f64, f64, f64)>,
    body: String,
}

impl Chart {
    /// A chart of this size in pixels over `times`, its values' axis wide enough for all of `values`.
    pub fn new(size: (f64, f64), times: (i64, i64), values: impl Iterator<Item = f64>, unit: Unit) -> Self {
        let times = (times.0, times.1.max(times.0 + 1));
        let mut chart = Self::empty(size, (times.0 as f64, times.1 as f64), range(values), unit);
        chart.value_grid();
        for (time, text) in time_ticks(times, chart.ticks_across()) {
            chart.across_tick(time as f64, &text);
        }
        chart
    }

    /// A chart of one figure, upwards in `units.1`, against another, across in `units.0`, on logarithmic axes wide enough for
    /// all of `points`, which must be above zero.
    pub fn scatter(size: (f64, f64), points: &[(f64, f64)], units: (Unit, Unit)) -> Self {
        let logarithms = |value: fn(&(f64, f64)) -> f64| range(points.iter().map(value).map(f64::ln));
        let (across, values) = (logarithms(|point| point.0), logarithms(|point| point.1));
        let mut chart = Self { is_logarithmic: true, ..Self::empty(size, across, values, units.1) };
        for tick in logarithmic_ticks(values) {
            chart.value_tick(tick, tick / 10.0);
        }
        for tick in logarithmic_ticks(across) {
            chart.across_tick(tick, &units.0.label(tick, tick / 10.0));
        }
        chart
    }

    fn empty(size: (f64, f64), across: (f64, f64), values: (f64, f64), unit: Unit) -> Self {
        let (width, height) = size;
        Self { width, height, across, values, unit, is_logarithmic: false, names: Vec::new(), body: String::new() }
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
            let _ = write!(points, "{:.1},{:.1} ", self.x(*time as f64), self.y(*value));
        }
        self.put(format_args!(r#"<polyline class="{class}" points="{}"/>"#, points.trim_end()));
    }

    /// A triangle that points up or down to the value, with text to show on hovering.
    pub fn marker(&mut self, time: i64, value: f64, points_up: bool, class: &str, title: &str) {
        let (x, y) = (self.x(time as f64), self.y(value));
        let base = if points_up { y + 8.0 } else { y - 8.0 };
        let (left, right) = (x - 4.0, x + 4.0);
        let title = escape(title);
        self.put(format_args!(
            r#"<path class="{class}" d="M{x:.1} {y:.1}L{left:.1} {base:.1}L{right:.1} {base:.1}Z"><title>{title}</title></path>"#
        ));
    }

    /// A dot with its name beside it and text to show on hovering.
    pub fn dot(&mut self, (across, value): (f64, f64), class: &str, name: &str, title: &str) {
        let (x, y) = (self.x(across), self.y(value));
        let (left, base) = self.room_for_name(x, y, name);
        let (name, title) = (escape(name), escape(title));
        self.put(format_args!(
            r#"<g class="{class}"><circle cx="{x:.1}" cy="{y:.1}" r="4.5"><title>{title}</title></circle><text class="axis" x="{left:.1}" y="{base:.1}">{name}</text></g>"#
        ));
    }

    /// Where to write a dot's name: beside it, or as near as earlier names leave room.
    fn room_for_name(&mut self, x: f64, y: f64, name: &str) -> (f64, f64) {
        // Of 11 pixels' type, a letter is 6 wide at most and a line 11 high.
        let (width, line) = (name.chars().count() as f64 * 6.0, 11.0);
        let sides = [x + 8.0, x - 8.0 - width];
        let places = [0.0, -1.0, 1.0, -2.0, 2.0].into_iter().flat_map(|lines| sides.map(|left| (left, y + 4.0 + lines * line)));
        let is_free = |(left, base): &(f64, f64)| {
            let is_apart =
                |(start, end, other): &(f64, f64, f64)| left + width < *start || *left > *end || (base - other).abs() >= line;
            *left > LEFT && left + width < self.width && self.names.iter().all(is_apart)
        };
        let place = places.clone().find(is_free).unwrap_or((sides[0], y + 4.0));
        self.names.push((place.0, place.0 + width, place.1));
        place
    }

    /// The chart, described by `label` to those who cannot see it.
    pub fn finish(self, label: &str) -> String {
        let Self { width, height, body, .. } = self;
        let label = escape(label);
        format!(r#"<svg viewBox="0 0 {width} {height}" role="img" aria-label="{label}">{body}</svg>"#)
    }

    fn value_grid(&mut self) {
        let (step, ticks) = value_ticks(self.values, (self.height / 45.0).max(2.0));
        for tick in ticks {
            self.value_tick(tick, step);
        }
    }

    fn value_tick(&mut self, tick: f64, step: f64) {
        self.level(tick, "grid");
        let (x, y, text) = (LEFT - 8.0, self.y(tick) + 4.0, self.unit.label(tick, step));
        self.put(format_args!(r#"<text class="axis" text-anchor="end" x="{x}" y="{y:.1}">{text}</text>"#));
    }

    fn across_tick(&mut self, at: f64, text: &str) {
        let (top, bottom, x, y) = (TOP, self.height - BOTTOM, self.x(at), self.height - 6.0);
        self.put(format_args!(r#"<line class="grid" x1="{x:.1}" x2="{x:.1}" y1="{top}" y2="{bottom}"/>"#));
        self.put(format_args!(r#"<text class="axis" text-anchor="middle" x="{x:.1}" y="{y}">{text}</text>"#));
    }

    /// How many labels fit below the plot.
    fn ticks_across(&self) -> f64 {
        (self.width / 95.0).max(2.0)
    }

    fn put(&mut self, element: std::fmt::Arguments) {
        let _ = self.body.write_fmt(element);
    }

    fn x(&self, across: f64) -> f64 {
        let part = (self.scaled(across) - self.across.0) / (self.across.1 - self.across.0);
        LEFT + part * (self.width - LEFT - RIGHT)
    }

    fn y(&self, value: f64) -> f64 {
        let part = (self.scaled(value) - self.values.0) / (self.values.1 - self.values.0);
        self.height - BOTTOM - part * (self.height - TOP - BOTTOM)
    }
}

impl Chart {
    fn scaled(&self, value: f64) -> f64 {
        if self.is_logarithmic { value.ln() } else { value }
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

/// From a little below the least value to a little above the greatest.
fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    let (low, high) = if low <= high { (low, high) } else { (0.0, 1.0) };
    // A flat line still needs an axis of some height.
    let margin = ((high - low) * 0.04).max(high.abs() * 1e-4).max(1e-9);
    (low - margin, high + margin)
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

/// Round numbers whose logarithms are within the range: 1, 2 and 5 times powers of ten, and more of them where that leaves few.
fn logarithmic_ticks((low, high): (f64, f64)) -> Vec<f64> {
    let digits: &[f64] = if high - low > 50f64.ln() { &[1.0, 2.0, 5.0] } else { &[1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0] };
    let powers = low.exp().log10().floor() as i32..=high.exp().log10().ceil() as i32;
    let ticks = powers.flat_map(|power| digits.iter().map(move |digit| digit * 10f64.powi(power)));
    ticks.filter(|tick| (low..=high).contains(&tick.ln())).collect()
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
    #[test]
    fn scatter_places_its_points_and_names_them() {
        let points = [(0.01, 0.1), (1.0, 0.3), (1.0, 0.3)];
        let mut chart = Chart::scatter((600.0, 300.0), &points, (Unit::Number, Unit::Percent));
        chart.dot(points[0], "s0", "a<b", "first");
        chart.dot(points[1], "s1", "right", "second");
        chart.dot(points[2], "s2", "again", "third");
        let svg = chart.finish("two points");
        assert!(svg.contains("a&lt;b") && svg.contains("<title>second</title>"));
        assert!(svg.contains(">0.05") && svg.contains(">15%<") && svg.contains(">20%<") && !svg.contains("NaN"), "{svg}");
    }
    #[test]
    fn names_keep_clear_of_each_other_and_of_the_edges() {
        let mut chart = Chart::scatter((600.0, 300.0), &[(0.1, 0.1), (1.0, 1.0)], (Unit::Number, Unit::Number));
        let places: Vec<(f64, f64)> = (0..4).map(|_| chart.room_for_name(300.0, 150.0, "name")).collect();
        assert_eq!(places, [(308.0, 154.0), (268.0, 154.0), (308.0, 143.0), (268.0, 143.0)]);
        assert_eq!(chart.room_for_name(590.0, 50.0, "name"), (558.0, 54.0));
        assert_eq!(chart.room_for_name(60.0, 50.0, "name"), (68.0, 54.0));
    }
}
