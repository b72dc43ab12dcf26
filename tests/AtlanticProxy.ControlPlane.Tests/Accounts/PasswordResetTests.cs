using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.ControlPlane.Tests.Mail;

namespace AtlanticProxy.ControlPlane.Tests.Accounts;

[TestClass]
public sealed class PasswordResetTests
{
    private const string Password = "correct horse battery", New = "another long password";

    private static async Task<(ControlPlaneTest Plane, long User)> StartAsync()
    {
        var plane = await ControlPlaneTest.StartAsync();
        await plane.MailThroughAsync(port: 9);
        await plane.AskAsync((SetHost set) => set.ExecuteAsync(new("shop.example", null, false), default));
        var customer = await plane.CustomerAsync();
        await plane.Database.ExecuteAsync("update customers set language = 'fr'");
        var user = await plane.AskAsync((CreateCustomerLogin create) =>
            create.ExecuteAsync(new(customer.Id, Password), default));
        return (plane, user.Value);
    }

    private static async Task<string> AskAsync(ControlPlaneTest plane)
    {
        Assert.AreEqual("", (await plane.AskAsync((RequestPasswordReset request) =>
            request.ExecuteAsync(new("ann@example.com"), default))).Codes());
        string text = await plane.Database.ScalarAsync<string>("select text_body from mails order by id desc limit 1");
        return text.Split("token=")[1].Split('\n')[0].Trim();
    }

    private static Task<Result> ResetAsync(ControlPlaneTest plane, string token, string password = New) =>
        plane.AskAsync((ResetPassword reset) => reset.ExecuteAsync(new(token, password), default));

    [TestMethod]
    public async Task Mail_SpeaksTheCustomersLanguage()
    {
        var (plane, _) = await StartAsync();
        await using var running = plane;

        await AskAsync(plane);

        var mail = await plane.OnlyMailAsync();
        Assert.AreEqual(MailTemplate.Reset, mail.Template);
        Assert.AreEqual("Réinitialisez votre mot de passe Hansa", mail.Subject.Replace("AtlanticProxy", "Hansa"));
    }

    [TestMethod]
    public async Task Link_AfterHalfAnHour_IsRefusedAndForgotten()
    {
        var (plane, _) = await StartAsync();
        await using var running = plane;
        string token = await AskAsync(plane);
        plane.Time.Advance(RequestPasswordReset.Lifetime - TimeSpan.FromSeconds(1));
        Assert.IsTrue(await plane.AskAsync((ResetPassword reset) => reset.IsGoodAsync(token, default)));

        plane.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.IsFalse(await plane.AskAsync((ResetPassword reset) => reset.IsGoodAsync(token, default)));
        Assert.AreEqual("account.reset_link_wrong", (await ResetAsync(plane, token)).Codes());
        plane.Time.Advance(TimeSpan.FromSeconds(1));
        await plane.AskAsync((Forgetting forget) => forget.ExecuteAsync(default));
        Assert.AreEqual(0, await plane.Database.ScalarAsync<long>("select count(*) from password_resets"));
    }

    [TestMethod]
    public async Task Link_OfTwoUsesAtOnce_OneSetsThePassword()
    {
        var (plane, _) = await StartAsync();
        await using var running = plane;
        string token = await AskAsync(plane);

        var both = await Task.WhenAll(ResetAsync(plane, token), ResetAsync(plane, token, "a third long password"));

        Assert.AreEqual(1, both.Count(done => done.IsSuccess));
    }

    [TestMethod]
    public async Task Link_WithAWeakPassword_StaysGood()
    {
        var (plane, _) = await StartAsync();
        await using var running = plane;
        string token = await AskAsync(plane);

        Assert.AreEqual("account.password_weak@Password", (await ResetAsync(plane, token, "x")).Codes().Split(' ')[0]);

        Assert.AreEqual("", (await ResetAsync(plane, token)).Codes());
    }

    [TestMethod]
    public async Task Links_OnceAPasswordIsSet_AreAllOver()
    {
        var (plane, user) = await StartAsync();
        await using var running = plane;
        string first = await AskAsync(plane), second = await AskAsync(plane);
        Assert.AreEqual("", (await ResetAsync(plane, second)).Codes());
        Assert.AreEqual("account.reset_link_wrong", (await ResetAsync(plane, first)).Codes());

        string third = await AskAsync(plane);
        await plane.AskAsync((SetPassword set) => set.ExecuteAsync(new(user, Password), default));
        Assert.AreEqual("account.reset_link_wrong", (await ResetAsync(plane, third)).Codes(), "staff have set another");
    }
}
