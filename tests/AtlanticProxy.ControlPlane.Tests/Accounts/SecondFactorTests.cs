using AtlanticProxy.ControlPlane.Accounts;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.ControlPlane.Tests.Accounts;

[TestClass]
public sealed class SecondFactorTests
{
    private const string Password = "correct horse battery";

    private static async Task<ControlPlaneTest> StartAsync()
    {
        var plane = await ControlPlaneTest.StartAsync();
        foreach (string email in new[] { "ann@example.com", "bob@example.com" })
            await plane.AskAsync((CreateStaffUser create) => create.ExecuteAsync(new(email, Password, Roles.Owner), default));
        return plane;
    }

    /// <summary>As one request does it: with the user as the database has it then.</summary>
    private static Task<T> AsAsync<T>(ControlPlaneTest plane, string email, Func<UserManager<AppUser>, AppUser, Task<T>> act) =>
        plane.AskAsync(async (UserManager<AppUser> users) => await act(users, (await users.FindByEmailAsync(email))!));

    private static UserPasskeyInfo Passkey(byte id, uint signCount = 1, string? name = "Laptop") =>
        new([id, 2, 3], [4, 5, 6], new(2026, 11, 22, 13, 30, 0, TimeSpan.Zero), signCount, ["usb", "internal"], true, true, false,
            [7], [8, 9]) { Name = name };

    [TestMethod]
    public async Task AuthenticatorKey_OnceSet_IsReadBackAndSealed()
    {
        await using var plane = await StartAsync();
        Assert.IsNull(await AsAsync(plane, "ann@example.com", (users, ann) => users.GetAuthenticatorKeyAsync(ann)));

        await AsAsync(plane, "ann@example.com", (users, ann) => users.ResetAuthenticatorKeyAsync(ann));
        await AsAsync(plane, "ann@example.com", (users, ann) => users.SetTwoFactorEnabledAsync(ann, true));

        string key = (await AsAsync(plane, "ann@example.com", (users, ann) => users.GetAuthenticatorKeyAsync(ann)))!;
        Assert.IsGreaterThan(15, key.Length);
        Assert.IsTrue(await AsAsync(plane, "ann@example.com", (users, ann) => users.GetTwoFactorEnabledAsync(ann)));
        Assert.IsNull(await AsAsync(plane, "bob@example.com", (users, bob) => users.GetAuthenticatorKeyAsync(bob)));
        Assert.AreEqual(0,
            await plane.Database.ScalarAsync<long>(
                $"select count(*) from users where position('{key}'::bytea in authenticator_key_sealed) > 0"));
    }

    [TestMethod]
    public async Task RecoveryCode_EachIsGoodOnceAndForItsOwner()
    {
        await using var plane = await StartAsync();
        var codes = (
            await AsAsync(plane, "ann@example.com", (users, ann) =>
                users.GenerateNewTwoFactorRecoveryCodesAsync(ann, 8)))!.ToList();
        Task<IdentityResult> RedeemAsync(string email, string code) =>
            AsAsync(plane, email, (users, user) => users.RedeemTwoFactorRecoveryCodeAsync(user, code));

        Assert.IsFalse((await RedeemAsync("bob@example.com", codes[0])).Succeeded);
        Assert.IsFalse((await RedeemAsync("ann@example.com", "no-such-code")).Succeeded);
        var both = await Task.WhenAll(RedeemAsync("ann@example.com", codes[0]), RedeemAsync("ann@example.com", codes[0]));

        Assert.AreEqual(1, both.Count(redeemed => redeemed.Succeeded), "of two at once, one");
        Assert.AreEqual(7, await AsAsync(plane, "ann@example.com", (users, ann) => users.CountRecoveryCodesAsync(ann)));
        await AsAsync(plane, "ann@example.com", (users, ann) => users.GenerateNewTwoFactorRecoveryCodesAsync(ann, 2));
        Assert.AreEqual(2, await AsAsync(plane, "ann@example.com", (users, ann) => users.CountRecoveryCodesAsync(ann)),
            "new ones replace the old");
        Assert.AreEqual(0,
            await plane.Database.ScalarAsync<long>(
                $"select count(*) from user_recovery_codes where position('{codes[1]}'::bytea in code_hash) > 0"));
    }

    [TestMethod]
    public async Task RecoveryCodes_NewOnesOfAUserWhoWasChangedMeanwhile_AreRefusedAndTheOldStayGood()
    {
        await using var plane = await StartAsync();
        var codes = (
            await AsAsync(plane, "ann@example.com", (users, ann) =>
                users.GenerateNewTwoFactorRecoveryCodesAsync(ann, 8)))!.ToList();

        var shown = await AsAsync(plane, "ann@example.com", async (users, ann) =>
        {
            await AsAsync(plane, "ann@example.com", (others, same) => others.AccessFailedAsync(same));
            return await users.GenerateNewTwoFactorRecoveryCodesAsync(ann, 2);
        });

        Assert.IsNull(shown, "nobody was shown new ones");
        Assert.IsTrue(
            (await AsAsync(plane, "ann@example.com", (users, ann) =>
                users.RedeemTwoFactorRecoveryCodeAsync(ann, codes[0]))).Succeeded);
    }

    [TestMethod]
    public async Task Passkey_AddedChangedFoundAndRemoved_IsItsOwnersOnly()
    {
        await using var plane = await StartAsync();
        await AsAsync(plane, "ann@example.com", (users, ann) => users.AddOrUpdatePasskeyAsync(ann, Passkey(1)));
        await AsAsync(plane, "ann@example.com", (users, ann) =>
            users.AddOrUpdatePasskeyAsync(ann, Passkey(1, signCount: uint.MaxValue, name: null)));

        var passkey = (await AsAsync(plane, "ann@example.com", (users, ann) => users.GetPasskeysAsync(ann))).Single();
        Assert.AreEqual((null, uint.MaxValue, true, true, false, 3, 1, 2),
            (passkey.Name, passkey.SignCount, passkey.IsUserVerified, passkey.IsBackupEligible, passkey.IsBackedUp,
            passkey.PublicKey.Length, passkey.AttestationObject.Length, passkey.ClientDataJson.Length));
        CollectionAssert.AreEqual(new[] { "usb", "internal" }, passkey.Transports);
        Assert.AreEqual("ann@example.com",
            (await plane.AskAsync((UserManager<AppUser> users) => users.FindByPasskeyIdAsync([1, 2, 3])))!.Email);
        Assert.IsNull(await plane.AskAsync((UserManager<AppUser> users) => users.FindByPasskeyIdAsync([9])));
        Assert.IsNotNull(await AsAsync(plane, "ann@example.com", (users, ann) => users.GetPasskeyAsync(ann, [1, 2, 3])));

        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() =>
            AsAsync(plane, "bob@example.com", (users, bob) =>
                users.AddOrUpdatePasskeyAsync(bob, Passkey(1, signCount: 7, name: "Stolen"))));
        Assert.IsEmpty(await AsAsync(plane, "bob@example.com", (users, bob) => users.GetPasskeysAsync(bob)),
            "a credential stays its owner's");
        await AsAsync(plane, "bob@example.com", (users, bob) => users.RemovePasskeyAsync(bob, [1, 2, 3]));
        Assert.IsNotNull(await AsAsync(plane, "ann@example.com", (users, ann) => users.GetPasskeyAsync(ann, [1, 2, 3])));

        await AsAsync(plane, "ann@example.com", (users, ann) => users.RemovePasskeyAsync(ann, [1, 2, 3]));
        Assert.IsEmpty(await AsAsync(plane, "ann@example.com", (users, ann) => users.GetPasskeysAsync(ann)));
    }

    [TestMethod]
    public async Task User_GivenTheAddressOfAnotherBetweenLookAndWrite_IsRefused()
    {
        await using var plane = await StartAsync();
        await using var scope = plane.Services.CreateAsyncScope();
        var store = scope.ServiceProvider.GetRequiredService<IUserStore<AppUser>>();
        var ann = (await store.FindByNameAsync("ann@example.com", default))!;

        ann.Email = "bob@example.com";

        Assert.AreEqual("DuplicateEmail", (await store.UpdateAsync(ann, default)).Errors.Single().Code);
    }

    [TestMethod]
    public async Task User_ChangedInTwoRequestsAtOnce_TheSecondIsRefused()
    {
        await using var plane = await StartAsync();

        var outcomes = await AsAsync(plane, "ann@example.com", async (first, ann) =>
        {
            var second = await AsAsync(plane, "ann@example.com", (users, same) => users.AccessFailedAsync(same));
            return new[] { second, await first.ChangePasswordAsync(ann, Password, "another horse battery") };
        });

        Assert.IsTrue(outcomes[0].Succeeded);
        Assert.AreEqual("ConcurrencyFailure", outcomes[1].Errors.Single().Code);
        Assert.IsTrue(await AsAsync(plane, "ann@example.com", (users, ann) => users.CheckPasswordAsync(ann, Password)));
    }

    [TestMethod]
    public async Task User_Properties_AreKeptAndDeletedWithAllThatIsTheirs()
    {
        await using var plane = await StartAsync();
        Assert.IsNull(await plane.AskAsync((UserManager<AppUser> users) => users.FindByIdAsync("not a number")));
        await AsAsync(plane, "ann@example.com", (users, ann) => users.AddOrUpdatePasskeyAsync(ann, Passkey(1)));
        await AsAsync(plane, "ann@example.com", (users, ann) => users.GenerateNewTwoFactorRecoveryCodesAsync(ann, 2));

        await AsAsync(plane, "ann@example.com", (users, ann) => users.SetEmailAsync(ann, "Anna@Example.com"));
        Assert.IsNull(await plane.AskAsync((UserManager<AppUser> users) => users.FindByNameAsync("ann@example.com")));
        Assert.IsFalse(await AsAsync(plane, "anna@example.com", (users, anna) => users.IsEmailConfirmedAsync(anna)),
            "a new address is yet to be confirmed");
        Assert.IsTrue(await AsAsync(plane, "anna@example.com", (users, anna) => users.HasPasswordAsync(anna)));
        await AsAsync(plane, "anna@example.com", async (users, anna) =>
        {
            Assert.IsTrue((await users.SetUserNameAsync(anna, "ann@example.com")).Succeeded);
            var store = (
                IUserEmailStore<AppUser>)plane.Services.CreateScope().ServiceProvider.GetRequiredService<IUserStore<AppUser>>();
            Assert.AreEqual("ann@example.com", await store.GetNormalizedUserNameAsync(anna, default));
            Assert.AreEqual("ann@example.com", await store.GetNormalizedEmailAsync(anna, default));
            Assert.AreEqual(anna.Id.ToString(System.Globalization.CultureInfo.InvariantCulture),
                await users.GetUserIdAsync(anna));
            Assert.IsTrue((await users.SetLockoutEnabledAsync(anna, false)).Succeeded);
            Assert.IsTrue(await users.GetLockoutEnabledAsync(anna), "every account can be locked");
            await users.AccessFailedAsync(anna);
            Assert.AreEqual(1, await users.GetAccessFailedCountAsync(anna));
            await users.ResetAccessFailedCountAsync(anna);
            return await users.SetLockoutEndDateAsync(anna, plane.Time.Now.AddYears(10));
        });
        Assert.AreEqual((0, plane.Time.Now.AddYears(10)), await AsAsync(plane, "ann@example.com", async (users, ann) =>
            (await users.GetAccessFailedCountAsync(ann), (await users.GetLockoutEndDateAsync(ann))!.Value)));

        Assert.IsTrue((await AsAsync(plane, "ann@example.com", (users, ann) => users.DeleteAsync(ann))).Succeeded);
        Assert.AreEqual(0,
            await plane.Database.ScalarAsync<long>(
                "select (select count(*) from user_passkeys) + (select count(*) from user_recovery_codes)"));
        Assert.AreEqual("bob@example.com", await plane.Database.ScalarAsync<string>("select string_agg(email, ' ') from users"));
    }
}
