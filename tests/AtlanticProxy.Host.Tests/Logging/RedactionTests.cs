using AtlanticProxy.Host.Logging;

namespace AtlanticProxy.Host.Tests.Logging;

[TestClass]
public sealed class RedactionTests
{
    [TestMethod]
    [DataRow("dialling http://acme:hunter2@gw.example:8000/", "dialling http://acme:***@gw.example:8000/")]
    [DataRow("Proxy-Authorization: Basic YWxpY2U6aHVudGVyMg==", "Proxy-Authorization: Basic ***")]
    [DataRow("authorization: Bearer hunter2", "authorization: Bearer ***")]
    [DataRow("GET /lists/apl_Kq3vX9mWz2Lr7TfYb6Nc4Hd8Vs5Pj1Gw0aBcDe.txt", "GET /lists/apl_***.txt")]
    [DataRow("with ap_Kq3vX9mWz2Lr7TfYb6Nc4Hd8Vs5Pj1Gw0aBcDe, a map_of", "with ap_***, a map_of")]
    [DataRow("Authorization: hunter2", "Authorization: ***")]
    [DataRow("""{"Authorization":"Basic hunter2"}""", """{"Authorization":"Basic ***"}""")]
    [DataRow("Host=/run;Username=atlantic;Password=hunter2;Database=x", "Host=/run;Username=atlantic;Password=***;Database=x")]
    [DataRow("GET /reset?token=hunter2&mail=a", "GET /reset?token=***&mail=a")]
    [DataRow("""{"password":"hunter2","name":"alice"}""", """{"password":"***","name":"alice"}""")]
    [DataRow("""{"message":"body {\"secret\":\"hunter2\"}"}""", """{"message":"body {\"secret\":\"***\"}"}""")]
    [DataRow("api_key: hunter2", "api_key: ***")]
    [DataRow("db_password=hunter2", "db_password=***")]
    public void Apply_OnSecret_MasksItAndNothingElse(string line, string expected) =>
        Assert.AreEqual(expected, Redaction.Apply(line));

    [TestMethod]
    [DataRow("http://127.0.0.1:8000/sign-in?returnUrl=%2F")]
    [DataRow("unknown token: cuntry")]
    [DataRow("Ready: portal http://127.0.0.1:8000, proxy 127.0.0.1:8080")]
    [DataRow("mailto alice@example.com at 10:00")]
    public void Apply_OnHarmlessLine_LeavesIt(string line) => Assert.AreEqual(line, Redaction.Apply(line));
}
