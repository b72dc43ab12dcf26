using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.ControlPlane.Tests.Accounts;

[TestClass]
public sealed class TotpTests
{
    /// <summary>RFC 6238, Appendix B: "12345678901234567890" in Base32.</summary>
    private const string Secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    private const string Ann = "ann@example.com";

    private static async Task<(ControlPlaneTest Plane, long User, Authenticator App)> StartAsync()
    {
        var plane = await ControlPlaneTest.StartAsync();
        long user = (await plane.AskAsync((CreateStaffUser create) =>
            create.ExecuteAsync(new(Ann, "correct horse battery", Roles.Owner), default))).Value;
        var begun = await plane.AskAsync((EnrolSecondFactor enrol) => enrol.BeginAsync(user, default));
        return (plane, user, new Authenticator(begun.Value.Secret, plane.Time));
    }

    private static Task<Result<IReadOnlyList<string>>> ConfirmAsync(ControlPlaneTest plane, long user, string code) =>
        plane.AskAsync((EnrolSecondFactor enrol) => enrol.ConfirmAsync(user, code, default));

    private static async Task<bool> CheckAsync(ControlPlaneTest plane, string code)
    {
        await using var scope = plane.Services.CreateAsyncScope();
        var user = await scope.ServiceProvider.GetRequiredService<UserManager<AppUser>>().FindByEmailAsync(Ann);
        return await scope.ServiceProvider.GetRequiredService<SecondFactor>().CheckAsync(user!, code, default);
    }

    [TestMethod]
    [DataRow(59L, "287082"), DataRow(1111111109L, "081804"), DataRow(1111111111L, "050471"), DataRow(1234567890L, "005924"),
     DataRow(2000000000L, "279037"), DataRow(20000000000L, "353130")]
    public void Code_OfTheStandardsVectors_IsTheirs(long seconds, string code) =>
        Assert.AreEqual(code, Totp.CodeAt(Secret, DateTimeOffset.FromUnixTimeSeconds(seconds)));

    [TestMethod]
    public void Code_OfAnotherTime_CountsOneStepEitherWay()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1111111111);
        string code = Totp.CodeAt(Secret, now);

        foreach (int seconds in new[] { -30, 0, 30 })
            Assert.AreEqual(1111111111 / 30, Totp.StepOf(Secret, code, now.AddSeconds(seconds)));
        Assert.IsNull(Totp.StepOf(Secret, code, now.AddSeconds(60)));
        Assert.IsNull(Totp.StepOf(Secret, code, now.AddSeconds(-60)));
        foreach (string wrong in new[] { "", "5047", "０50471", $"{code}0", "abcdef" })
            Assert.IsNull(Totp.StepOf(Secret, wrong, now), wrong);
    }

    [TestMethod]
    public async Task Enrolment_CountsOnceACodeIsConfirmed()
    {
        var (plane, user, app) = await StartAsync();
        await using var running = plane;
        var again = await plane.AskAsync((EnrolSecondFactor enrol) => enrol.BeginAsync(user, default));
        Assert.AreEqual(app.Next(), new Authenticator(again.Value.Secret, plane.Time).Next(), "a second look shows the same");
        Assert.IsFalse(await CheckAsync(plane, app.Next()));
        Assert.AreEqual("account.code_wrong@Code", (await ConfirmAsync(plane, user, "000000")).Codes());
        Assert.IsNull(await plane.AskAsync((SecondFactor factor) => factor.RecoveryCodesLeftAsync(user, default)));

        string code = Fresh(plane, app);
        Assert.HasCount(10, (await ConfirmAsync(plane, user, $"{code[..3]} {code[3..]}")).Value);

        Assert.AreEqual(10, await plane.AskAsync((SecondFactor factor) => factor.RecoveryCodesLeftAsync(user, default)));
        Assert.AreEqual("account.second_factor_on",
            (await plane.AskAsync((EnrolSecondFactor enrol) => enrol.BeginAsync(user, default))).Codes());
        Assert.AreEqual("account.second_factor_on", (await ConfirmAsync(plane, user, Fresh(plane, app))).Codes());
        Assert.AreEqual("account.not_found",
            (await plane.AskAsync((EnrolSecondFactor enrol) => enrol.BeginAsync(999, default))).Codes());
        Assert.AreEqual("account.not_found", (await ConfirmAsync(plane, 999, "000000")).Codes());
        Assert.AreEqual("account.not_found",
            (await plane.AskAsync((EnrolSecondFactor enrol) => enrol.RenewCodesAsync(999, "000000", default))).Codes());
    }

    [TestMethod]
    public async Task Code_OfAnAccountThatHasNoApp_IsWrong()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        long user = (await plane.AskAsync((CreateStaffUser create) =>
            create.ExecuteAsync(new(Ann, "correct horse battery", Roles.Owner), default))).Value;

        Assert.AreEqual("account.code_wrong@Code", (await ConfirmAsync(plane, user, "000000")).Codes());
    }

    [TestMethod]
    public async Task Code_OfTwoUsesAtOnce_OneCountsAndEarlierOnesAreOver()
    {
        var (plane, user, app) = await StartAsync();
        await using var running = plane;
        Assert.IsTrue((await ConfirmAsync(plane, user, app.Next())).IsSuccess);
        plane.Time.Advance(TimeSpan.FromMinutes(5));
        string early = app.Next(), late = app.Next();

        var both = await Task.WhenAll(CheckAsync(plane, late), CheckAsync(plane, late));

        Assert.AreEqual(1, both.Count(right => right));
        Assert.IsFalse(await CheckAsync(plane, early), "a code before the last one");
        Assert.IsTrue(await CheckAsync(plane, Fresh(plane, app)));
    }

    [TestMethod]
    public async Task Requirement_OfStaff_HasAWeekOfGraceFromRuleAndAccount()
    {
        var (plane, user, _) = await StartAsync();
        await using var running = plane;
        var customer = await plane.CustomerAsync("bob@example.com");
        long login = (await plane.AskAsync((CreateCustomerLogin create) =>
            create.ExecuteAsync(new(customer.Id, "correct horse battery"), default))).Value;
        Task<DateTimeOffset?> DueAsync(long id) => plane.AskAsync((SecondFactorRule rule) => rule.DueAsync(id, default));
        Task<bool> RequireAsync(bool rule) =>
            plane.AskAsync((StaffSecondFactor staff) => staff.RequireAsync(rule, default));
        Assert.IsNull(await DueAsync(user));
        plane.Time.Advance(TimeSpan.FromDays(30));

        Assert.IsTrue(await RequireAsync(true));
        var since = plane.Time.Now;
        plane.Time.Advance(TimeSpan.FromDays(1));
        Assert.IsFalse(await RequireAsync(true), "said again, the grace does not begin anew");

        Assert.AreEqual(since + SecondFactorRule.Grace, await DueAsync(user));
        Assert.IsNull(await DueAsync(login), "customers need none");
        Assert.IsTrue(await RequireAsync(false));
        Assert.IsNull(await DueAsync(user));
    }

    /// <summary>A code that counts whatever was typed before.</summary>
    private static string Fresh(ControlPlaneTest plane, Authenticator app)
    {
        plane.Time.Advance(TimeSpan.FromMinutes(5));
        return app.Next();
    }
}
