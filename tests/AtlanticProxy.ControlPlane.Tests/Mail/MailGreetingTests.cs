using AtlanticProxy.ControlPlane.Mail;

namespace AtlanticProxy.ControlPlane.Tests.Mail;

[TestClass]
public sealed class MailGreetingTests
{
    private static Task<(bool IsSet, string? Problem)> TryAsync(ControlPlaneTest plane) =>
        plane.AskAsync((MailGreeting greeting) => greeting.TryAsync(default));

    [TestMethod]
    public async Task Server_IsGreeted_AndSentNothing()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await using var smtp = new ScriptedSmtp();
        Assert.AreEqual((false, null), await TryAsync(plane), "none is set");

        await plane.MailThroughAsync(smtp.Port);
        Assert.AreEqual((true, null), await TryAsync(plane));
        Assert.IsEmpty(smtp.Received);

        smtp.Answer = command => command.StartsWith("NOOP", StringComparison.OrdinalIgnoreCase) ? "421 4.3.2 closing" : null;
        var (isSet, problem) = await TryAsync(plane);
        Assert.IsTrue(isSet);
        Assert.IsNotNull(problem);
    }

    [TestMethod]
    public async Task Server_ThatIsNotThere_IsSaidToBe()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        int port;
        await using (var smtp = new ScriptedSmtp())
            port = smtp.Port;
        await plane.MailThroughAsync(port);

        StringAssert.Contains((await TryAsync(plane)).Problem, "cannot be reached");
    }
}
