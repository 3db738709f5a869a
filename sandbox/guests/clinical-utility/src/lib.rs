//! Clinical utility of a probability, weighted by what right and wrong decisions are worth.
//!
//! Whoever reaches the threshold is referred. With the weighted numbers of true positives TP, false positives FP and false
//! negatives FN among n cases, the net benefit is (b·TP − c·FP − d·FN) / n, and the score is the share of what a perfect
//! decision would reach, b·(TP + FN) / n: 1 is perfect, nobody referred is −d / b.
//!
//! With b = 1, d = 0 and c = t / (1 − t) at the threshold t it is the net benefit of decision curve analysis (Vickers and Elkin,
//! Medical Decision Making 26, 2006), divided by the prevalence (Kerr et al., Journal of Clinical Oncology 34, 2016).

wit_bindgen::generate!({ path: "../../wit/metric.wit", world: "metric" });

use exports::madang::metric::scoring::{Column, Guest, Input};

struct ClinicalUtility;

export!(ClinicalUtility);

impl Guest for ClinicalUtility {
    fn score(input: Input) -> Result<Vec<(String, f64)>, String> {
        let param = |name: &str| input.params.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let number = |name: &str, default: f64| match param(name) {
            None => Ok(default),
            Some(text) => {
                text.trim().parse::<f64>().map_err(|_| format!("{name}={text}: 수가 아닙니다 (not a number)"))
            }
        };
        let threshold = number("threshold", 0.5)?;
        if !(threshold > 0.0 && threshold < 1.0) {
            return Err("threshold는 0과 1 사이여야 합니다 (must lie between 0 and 1)".to_owned());
        }
        let benefit = number("benefit", 1.0)?;
        let false_positive = number("false_positive", threshold / (1.0 - threshold))?;
        let false_negative = number("false_negative", 0.0)?;

        let ([Column::Labels(truth)], [Column::Numbers(probabilities)]) = (&*input.truth, &*input.prediction) else {
            return Err("두 클래스의 확률 하나가 필요합니다 (one probability of two classes)".to_owned());
        };
        let label = param("pos_label").unwrap_or("1");
        let positive = truth.names.iter().position(|name| name == label);
        let positive = positive.ok_or_else(|| format!("pos_label={label}: 없는 레이블입니다 (no such label)"))?;

        let (mut tp, mut fp, mut fneg, mut tn) = (0.0, 0.0, 0.0, 0.0);
        for (row, (&code, &probability)) in truth.codes.iter().zip(probabilities).enumerate() {
            let count = match (code as usize == positive, probability >= threshold) {
                (true, true) => &mut tp,
                (false, true) => &mut fp,
                (true, false) => &mut fneg,
                (false, false) => &mut tn,
            };
            *count += input.weights.as_ref().map_or(1.0, |weights| weights[row]);
        }
        let (positives, negatives) = (tp + fneg, fp + tn);
        if positives == 0.0 || negatives == 0.0 {
            return Err("양성과 음성이 모두 있어야 합니다 (both classes are needed)".to_owned());
        }
        let gained = benefit * tp - false_positive * fp - false_negative * fneg;
        let values = [
            ("score", gained / (benefit * positives)),
            ("net_benefit", gained / (positives + negatives)),
            ("sensitivity", tp / positives),
            ("specificity", tn / negatives),
            ("referred", tp + fp),
        ];
        Ok(values.map(|(name, value)| (name.to_owned(), value)).into())
    }
}
