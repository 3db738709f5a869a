"""Make the demo competitions' data from scikit-learn's built-in real data sets.

Run with scikit-learn and pandas installed: python make_demo_data.py
Each folder gets data/train.csv, data/test.csv, solution.csv (id, target, usage), sample_submission.csv,
submissions/*.csv (real models' predictions) and expected.json (scikit-learn's own scores).
"""
import json, pathlib
import numpy as np, pandas as pd
from sklearn import datasets, metrics
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.linear_model import LogisticRegression, Ridge, Lasso, LinearRegression
from sklearn.ensemble import RandomForestClassifier, GradientBoostingClassifier, RandomForestRegressor, GradientBoostingRegressor, ExtraTreesClassifier
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.svm import SVC, SVR
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.dummy import DummyClassifier, DummyRegressor

HERE = pathlib.Path(__file__).parent
S = lambda m: make_pipeline(StandardScaler(), m)
CLASSIFIERS = {
    "dummy": DummyClassifier(strategy="prior"), "tree": DecisionTreeClassifier(max_depth=3, random_state=0),
    "naive-bayes": GaussianNB(), "knn": S(KNeighborsClassifier(15)), "logistic": S(LogisticRegression(max_iter=5000)),
    "logistic-weak": S(LogisticRegression(C=0.001, max_iter=5000)), "forest": RandomForestClassifier(300, random_state=0),
    "extra-trees": ExtraTreesClassifier(300, random_state=1), "boosting": GradientBoostingClassifier(random_state=0),
    "svc": S(SVC(probability=True, random_state=0)), "mlp": S(MLPClassifier(hidden_layer_sizes=(64,), max_iter=800, random_state=0)),
}
REGRESSORS = {
    "dummy": DummyRegressor(), "tree": DecisionTreeRegressor(max_depth=3, random_state=0), "linear": LinearRegression(),
    "ridge": S(Ridge(10.0)), "lasso": S(Lasso(1.0)), "knn": S(KNeighborsRegressor(15)), "forest": RandomForestRegressor(300, random_state=0),
    "boosting": GradientBoostingRegressor(random_state=0), "svr": S(SVR(C=50)), "mlp": S(MLPRegressor(hidden_layer_sizes=(64,), max_iter=3000, random_state=0)),
}
COMPETITIONS = {
    "breast-cancer": dict(load=datasets.load_breast_cancer, columns=[1, 4, 8, 9, 11, 14],  # the six hardest columns: a real contest, not a tie at 1.0
                          models=CLASSIFIERS, kind="probability", target="malignant", metric="roc_auc"),
    "diabetes": dict(load=datasets.load_diabetes, models=REGRESSORS, kind="regression", target="progression", metric="rmse"),
    "digits": dict(load=datasets.load_digits, models=CLASSIFIERS, kind="label", target="digit", metric="macro_f1"),
}
SCORE = {
    "roc_auc": metrics.roc_auc_score, "rmse": lambda t, p: metrics.mean_squared_error(t, p) ** 0.5,
    "macro_f1": lambda t, p: metrics.f1_score(t, p, average="macro"),
}

def utility(truth, probability, threshold=0.1):
    """Net benefit of Vickers and Elkin (2006) over the prevalence: what sandbox/guests/clinical-utility computes."""
    referred, n = probability >= threshold, len(truth)
    net_benefit = (referred & (truth == 1)).sum() / n - (referred & (truth == 0)).sum() / n * threshold / (1 - threshold)
    return float(net_benefit / (truth == 1).mean())

def main():
    for slug, c in COMPETITIONS.items():
        bunch = c["load"]()
        y = 1 - bunch.target if slug == "breast-cancer" else bunch.target
        names = [str(n).replace(" ", "_") for n in getattr(bunch, "feature_names", range(bunch.data.shape[1]))]
        columns = c.get("columns", range(bunch.data.shape[1]))
        names = [names[i] for i in columns]
        x_train, x_test, y_train, y_test = train_test_split(bunch.data[:, list(columns)], y, test_size=0.4, random_state=20221118, stratify=None if c["kind"] == "regression" else y)
        out = HERE / slug; [(out / sub).mkdir(parents=True, exist_ok=True) for sub in ("data", "submissions")]
        rng = np.random.default_rng(20221118)
        ids = np.array([f"P{i:04d}" for i in rng.permutation(9000)[: len(y_test)] + 1000])
        usage = np.where(rng.random(len(y_test)) < 0.3, "Public", "Private")
        train_ids = np.array([f"T{i:04d}" for i in range(len(y_train))])
        pd.DataFrame(x_train, columns=names).assign(**{c["target"]: y_train}).pipe(lambda d: d.set_index(pd.Index(train_ids, name="id"))).round(6).to_csv(out / "data" / "train.csv")
        pd.DataFrame(x_test, columns=names, index=pd.Index(ids, name="id")).round(6).to_csv(out / "data" / "test.csv")
        pd.DataFrame({"id": ids, c["target"]: y_test, "usage": usage}).to_csv(out / "solution.csv", index=False)
        default = 0.5 if c["kind"] == "probability" else 0
        pd.DataFrame({"id": ids, c["target"]: default}).to_csv(out / "sample_submission.csv", index=False)
        expected, utilities = {}, {}
        for name, model in c["models"].items():
            model.fit(x_train, y_train)
            p = model.predict_proba(x_test)[:, 1].round(6) if c["kind"] == "probability" else model.predict(x_test)
            if c["kind"] == "regression": p = p.round(4)
            order = rng.permutation(len(ids))
            pd.DataFrame({"id": ids[order], c["target"]: p[order]}).to_csv(out / "submissions" / f"{name}.csv", index=False)
            score = SCORE[c["metric"]]
            parts = {"all": usage != "", "public": usage == "Public", "private": usage == "Private"}
            expected[name] = {part: float(score(y_test[m], p[m])) for part, m in parts.items()}
            if c["kind"] == "probability": utilities[name] = {part: utility(y_test[m], p[m]) for part, m in parts.items()}
        answer = {"metric": c["metric"], "target": c["target"], "scores": expected}
        if utilities: answer["clinical_utility"] = utilities
        (out / "expected.json").write_text(json.dumps(answer, indent=1, ensure_ascii=False) + "\n")
        print(slug, len(y_train), len(y_test), (usage == "Public").sum(), {k: round(v["public"], 4) for k, v in expected.items()})

main()
