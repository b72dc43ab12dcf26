using System.Buffers.Text;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.AspNetCore.Identity;

namespace AtlanticProxy.ControlPlane.Tests.Accounts;

[TestClass]
public sealed class PasskeyTests
{
    private static UserPasskeyInfo Made(int id) => new(
        [(byte)id, 2, 3], [4, 5, 6], new(2026, 11, 22, 13, 30, 0, TimeSpan.Zero), 1, ["internal"], true, true, true, [7], [8]);

    private static async Task<(ControlPlaneTest Plane, long Ann, long Bob)> StartAsync()
    {
        var plane = await ControlPlaneTest.StartAsync();
        var ids = new List<long>();
        foreach (string email in new[] { "ann@example.com", "bob@example.com" })
            ids.Add((await plane.AskAsync((CreateStaffUser create) =>
                create.ExecuteAsync(new(email, "correct horse battery", Roles.Owner), default))).Value);
        return (plane, ids[0], ids[1]);
    }

    private static Task<Result> AddAsync(ControlPlaneTest plane, long user, int id, string name) =>
        plane.AskAsync((Passkeys passkeys) => passkeys.AddAsync(user, Made(id), name, default));

    private static Task<IReadOnlyList<PasskeySummary>> ListAsync(ControlPlaneTest plane, long user) =>
        plane.AskAsync((Passkeys passkeys) => passkeys.ListAsync(user, default));

    [TestMethod]
    public async Task Added_ItIsListed_AndItsUseIsNoted()
    {
        var (plane, ann, bob) = await StartAsync();
        await using var _ = plane;

        Assert.IsTrue((await AddAsync(plane, ann, 1, " Laptop ")).IsSuccess);

        var added = (await ListAsync(plane, ann)).Single();
        Assert.AreEqual((Base64Url.EncodeToString([1, 2, 3]), "Laptop", true, null),
            (added.Id, added.Name, added.IsBackedUp, added.UsedAt));
        Assert.IsEmpty(await ListAsync(plane, bob));
        await plane.AskAsync(async (UserManager<AppUser> users) =>
            await users.AddOrUpdatePasskeyAsync((await users.FindByEmailAsync("ann@example.com"))!, Made(1)));
        Assert.IsNotNull((await ListAsync(plane, ann)).Single().UsedAt);
    }

    [TestMethod]
    public async Task Refused_WithoutAName_WithATooLongOne_AboveTwenty_AndForNobody()
    {
        var (plane, ann, _) = await StartAsync();
        await using var running = plane;
        Assert.AreEqual("passkey.no_name", (await AddAsync(plane, ann, 1, " ")).Errors[0].Code);
        Assert.AreEqual("passkey.no_name", (await AddAsync(plane, ann, 1, new string('x', 101))).Errors[0].Code);
        Assert.AreEqual(ErrorKind.NotFound, (await AddAsync(plane, 0, 1, "Laptop")).Errors[0].Kind);
        for (int i = 0; i < 20; i++)
            Assert.IsTrue((await AddAsync(plane, ann, i, $"Key {i}")).IsSuccess);

        Assert.AreEqual("passkey.too_many", (await AddAsync(plane, ann, 20, "Key 20")).Errors[0].Code);

        Assert.HasCount(20, await ListAsync(plane, ann));
    }

    [TestMethod]
    public async Task Removed_ByItsOwnerOnly_AndSessionsEnd()
    {
        var (plane, ann, bob) = await StartAsync();
        await using var running = plane;
        await AddAsync(plane, ann, 1, "Laptop");
        string id = (await ListAsync(plane, ann)).Single().Id;
        Task<Result<AppUser>> RemoveAsync(long user, string passkey) =>
            plane.AskAsync((Passkeys passkeys) => passkeys.RemoveAsync(user, passkey, default));
        string stamp = await StampAsync();

        foreach (var (user, passkey) in new[] { (bob, id), (ann, "AAAA"), (ann, "not base64!"), (0, id) })
            Assert.AreEqual("passkey.unknown", (await RemoveAsync(user, passkey)).Errors[0].Code);
        Assert.AreEqual(stamp, await StampAsync());
        Assert.IsTrue((await RemoveAsync(ann, id)).IsSuccess);

        Assert.IsEmpty(await ListAsync(plane, ann));
        Assert.AreNotEqual(stamp, await StampAsync());

        Task<string> StampAsync() =>
            plane.Database.ScalarAsync<string>($"select security_stamp from users where id = {ann}");
    }
}
