using System.Net;
using AtlanticProxy.Testing;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features;

[TestClass]
public sealed class PasswordTests
{
    private const string New = "another long password";

    [TestMethod]
    public async Task Change_WithThePresentOne_SignsOutEveryOtherSession()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var here = await portal.SignedInAsync(customer.Email);
        using var elsewhere = await portal.SignedInAsync(customer.Email);

        var answer = await here.PostAsync("/account/password", Form(RunningPortal.Password, New, New));

        Assert.AreEqual(HttpStatusCode.Redirect, answer.Status, answer.Text);
        Assert.AreEqual("/", answer.Location);
        Assert.Contains("Your password is changed", (await here.GetAsync("/overview")).Text);
        Assert.StartsWith("/sign-in?", (await elsewhere.GetAsync("/overview")).Location);
        using var later = portal.Anyone();
        Assert.AreEqual(HttpStatusCode.BadRequest, (await later.PostAsync("/sign-in",
            new() { ["Email"] = customer.Email, ["Password"] = RunningPortal.Password })).Status);
        Assert.AreEqual(HttpStatusCode.Redirect, (await later.PostAsync("/sign-in",
            new() { ["Email"] = customer.Email, ["Password"] = New })).Status);
    }

    [TestMethod]
    [DataRow("", "", "", "id=\"Password-error\">Enter your present password.")]
    [DataRow(RunningPortal.Password, "", "", "id=\"NewPassword-error\">Enter a new password.")]
    [DataRow(RunningPortal.Password, New, "another", "id=\"Repeated-error\">The two are not the same.")]
    [DataRow("not the password", New, New, "id=\"Password-error\">This is not the present password.")]
    [DataRow(RunningPortal.Password, "short", "short", "id=\"NewPassword-error\">Passwords must be at least 12 characters.")]
    public async Task Change_WithSomethingWrong_SaysWhatBesideItsField(
        string present, string chosen, string repeated, string expected)
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var visitor = await portal.SignedInAsync(customer.Email);

        var answer = await visitor.PostAsync("/account/password", Form(present, chosen, repeated));

        Assert.AreEqual(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(expected, answer.Text);
        Assert.DoesNotContain(New, answer.Text);
    }

    [TestMethod]
    public async Task Change_AfterManyWrongTries_Waits()
    {
        var portal = await SeededPortal.StartAsync(options => options.SignInsPerAccount = 2);
        await using var running = portal.Portal;
        using var visitor = await portal.SignedInAsync(SeededPortal.Owner);
        for (int i = 0; i < 2; i++)
            await visitor.PostAsync("/account/password", Form("not the password", New, New));

        var answer = await visitor.PostAsync("/account/password", Form(RunningPortal.Password, New, New));

        Assert.AreEqual(HttpStatusCode.TooManyRequests, answer.Status);
        Assert.IsNotNull(answer.Response.Headers.RetryAfter);
    }

    private static Dictionary<string, string> Form(string present, string chosen, string repeated) =>
        new() { ["Password"] = present, ["NewPassword"] = chosen, ["Repeated"] = repeated };
}
