//! Correlation matrices and their Cholesky factors.

use anyhow::{Result, ensure};

/// A symmetric matrix with ones on its diagonal and its other entries between -1 and 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Correlation {
    rows: Vec<Vec<f64>>,
}

/// Lower triangular matrix L with `L·Lᵀ` the correlation.
pub(super) struct Factor {
    rows: Vec<Vec<f64>>,
}

impl Correlation {
    /// Checks a full matrix, given by its rows.
    pub fn new(rows: Vec<Vec<f64>>) -> Result<Self> {
        let size = rows.len();
        for (row, number) in rows.iter().zip(1..) {
            ensure!(row.len() == size, "row {number} has {} correlations, but there are {size} rows", row.len());
        }
        for (i, row) in rows.iter().enumerate() {
            for (j, value) in row.iter().enumerate() {
                let (row, column) = (i + 1, j + 1);
                ensure!(
                    (-1.0..=1.0).contains(value),
                    "correlation {value} in row {row}, column {column} is not between -1 and 1"
                );
                ensure!(
                    i != j || *value == 1.0,
                    "correlation {value} in row {row}, column {column} must be 1, an asset's with itself"
                );
                ensure!(
                    *value == rows[j][i],
                    "rows {row} and {column} disagree on their correlation: {value} and {}",
                    rows[j][i]
                );
            }
        }
        Ok(Self { rows })
    }

    /// The same correlation between any two of `size` assets.
    pub fn uniform(size: usize, correlation: f64) -> Result<Self> {
        let row = |i: usize| (0..size).map(|j| if i == j { 1.0 } else { correlation }).collect();
        Self::new((0..size).map(row).collect())
    }

    /// Number of assets.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are no assets.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The lower Cholesky factor, row by row. An error where the matrix is not positive definite: no prices move so.
    pub(super) fn factor(&self) -> Result<Factor> {
        let mut factor: Vec<Vec<f64>> = Vec::with_capacity(self.rows.len());
        for (i, row) in self.rows.iter().enumerate() {
            let mut entries = Vec::with_capacity(i + 1);
            for (j, above) in factor.iter().enumerate() {
                entries.push((row[j] - dot(&entries, above)) / above[j]);
            }
            let rest = row[i] - dot(&entries, &entries);
            ensure!(
                rest > 1e-12,
                "the correlations are not positive definite: asset {} contradicts those before it; lower its correlations",
                i + 1
            );
            entries.push(rest.sqrt());
            factor.push(entries);
        }
        Ok(Factor { rows: factor })
    }
}

impl Factor {
    /// Correlated numbers from independent ones.
    pub(super) fn apply(&self, independent: &[f64]) -> Vec<f64> {
        self.rows.iter().map(|row| dot(row, independent)).collect()
    }
}

/// Sum of products, as far as both reach.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factor_times_its_transpose_is_the_matrix() {
        let rows = vec![vec![1.0, 0.6, -0.3], vec![0.6, 1.0, 0.2], vec![-0.3, 0.2, 1.0]];
        let factor = Correlation::new(rows.clone()).unwrap().factor().unwrap();
        for (i, row) in rows.iter().enumerate() {
            for (j, expected) in row.iter().enumerate() {
                assert!((dot(&factor.rows[i], &factor.rows[j]) - expected).abs() < 1e-12, "{i}, {j}");
            }
        }
    }

    #[test]
    fn apply_mixes_by_rows() {
        let factor = Correlation::uniform(2, 0.6).unwrap().factor().unwrap();
        let mixed = factor.apply(&[1.0, 2.0]);
        assert_eq!(mixed[0], 1.0);
        assert!((mixed[1] - (0.6 + 2.0 * 0.8)).abs() < 1e-12);
    }

    #[test]
    fn impossible_correlations_are_refused() {
        // Two assets that move together cannot both move against, and with, a third.
        let contradiction = vec![vec![1.0, 0.9, 0.9], vec![0.9, 1.0, -0.9], vec![0.9, -0.9, 1.0]];
        let factor = Correlation::new(contradiction).unwrap().factor();
        assert!(factor.err().unwrap().to_string().contains("not positive definite: asset 3"));
        assert!(Correlation::uniform(3, -0.6).unwrap().factor().is_err());
        assert!(Correlation::uniform(2, 1.0).unwrap().factor().is_err());
    }

    #[test]
    fn what_is_no_correlation_matrix_is_refused() {
        for (rows, expected) in [
            (vec![vec![1.0, 0.5]], "row 1 has 2 correlations"),
            (vec![vec![1.0, 0.5], vec![]], "row 2 has 0 correlations"),
            (vec![vec![1.0, 0.5], vec![0.4, 1.0]], "rows 1 and 2 disagree"),
            (vec![vec![0.9]], "correlation 0.9 in row 1, column 1 must be 1"),
            (vec![vec![1.0, 1.5], vec![1.5, 1.0]], "correlation 1.5 in row 1, column 2"),
            (vec![vec![1.0, f64::NAN], vec![f64::NAN, 1.0]], "correlation NaN in row 1, column 2"),
        ] {
            let error = Correlation::new(rows).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
