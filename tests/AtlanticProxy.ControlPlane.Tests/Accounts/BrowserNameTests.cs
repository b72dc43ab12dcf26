using AtlanticProxy.ControlPlane.Accounts;

namespace AtlanticProxy.ControlPlane.Tests.Accounts;

[TestClass]
public sealed class BrowserNameTests
{
    [TestMethod]
    [DataRow("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox on Windows")]
    [DataRow("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36 Edg/142.0",
        "Edge on Windows")]
    [DataRow("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Mobile Safari/537.36",
        "Chrome on Android")]
    [DataRow("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile Safari/604.1",
        "Safari on iPhone")]
    [DataRow("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1 Version/18.0 Safari/605.1", "Safari on macOS")]
    [DataRow("curl/8.14.1", "curl")]
    [DataRow("<script>alert(1)</script> Linux", "an unknown browser on Linux")]
    [DataRow("", "an unknown browser")]
    public void Of_NamesBrowserAndSystem(string userAgent, string expected) =>
        Assert.AreEqual(expected, BrowserName.Of(userAgent));
}
