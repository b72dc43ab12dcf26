using AtlanticProxy.Web.Security;

namespace AtlanticProxy.Web.Tests.Security;

[TestClass]
public sealed class MailThrottleTests
{
    [TestMethod]
    public void Invitations_AreBoundByCustomer_AndByWhomTheyGoTo()
    {
        var options = new PortalOptions();
        using var throttle = new MailThrottle(options);
        for (int i = 0; i < MailThrottle.InvitationsPerCustomer; i++)
            Assert.IsNull(throttle.TakeInvitation(1, $"person{i}@example.com"));

        Assert.IsGreaterThan(TimeSpan.Zero, throttle.TakeInvitation(1, "one@example.com")!.Value);
        for (int i = 0; i < options.MailsPerAccount; i++)
            Assert.IsNull(throttle.TakeInvitation(2, " Bob@example.com"));
        Assert.IsGreaterThan(TimeSpan.Zero, throttle.TakeInvitation(3, "bob@example.com")!.Value, "whoever asks");
        Assert.IsNull(throttle.TakeInvitation(3, "ann@example.com"));
    }
}
