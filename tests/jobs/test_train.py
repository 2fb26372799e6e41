def test_x(tiny_classifier, tiny_encoder):
    import os, torch, numpy as np
    from transformers import AutoModelForSequenceClassification
    from pipeline.classifier import DomainClassifier

    c = DomainClassifier.load(str(tiny_classifier), precision="float32")
    w = [
        x
        for t in ["وقعت الصين وروسيا اتفاقا", "أعلنت السعودية عن صفقة النفط مع الهند", "صباح الخير"]
        for x in c.tokenizer.windows([t])[0]
    ]
    print(w)
    print(c.logits(w))
    m = c._model
    print(m.bert.pooler.dense.weight.diag()[:5], m.bert.pooler.dense.bias[:5], m.classifier.weight.std())
    out = m.bert(torch.tensor([list(w[1])]))
    print(out.last_hidden_state[0, 0][:8], out.pooler_output[0][:8])
    out = m.bert(torch.tensor([list(w[0])]))
    print(out.last_hidden_state[0, 0][:8], out.pooler_output[0][:8])
