using AtlanticProxy.ControlPlane.Importing;
using AtlanticProxy.ControlPlane.Plans;

namespace AtlanticProxy.ControlPlane.Tests.Importing;

[TestClass]
public sealed class ImportCheckTests
{
    private const string Everything = "select (select count(*) from customers) + (select count(*) from proxy_users) "
        + "+ (select count(*) from grants) + (select count(*) from ledger_transactions) "
        + "+ (select count(*) from import_customers)";

    internal static async Task PlansAsync(ControlPlaneTest plane)
    {
        await plane.AskAsync((CreatePlan create) => create.ExecuteAsync(
            new("Personal", PlanKind.Subscription, 900, "USD", IncludedBytes: 10_000_000_000), default));
        await plane.AskAsync((CreatePlan create) => create.ExecuteAsync(new("Hours", PlanKind.Hourly, 100, "USD"), default));
        var old = await plane.AskAsync((CreatePlan create) =>
            create.ExecuteAsync(new("Old", PlanKind.PerGb, 500, "USD"), default));
        await plane.AskAsync((SetPlanState set) => set.ExecuteAsync(new(old.Value.Id, false), default));
    }

    [TestMethod]
    [DataRow("ann@", "email: Give an email address such as name@example.com.")]
    [DataRow("taken@example.com", "email: There is a customer with this email address already.")]
    [DataRow("a@example.com,,,,Gold", "plan: There is no plan “Gold” that is sold: add it, or change the name.")]
    [DataRow("a@example.com,,,,Old", "plan: There is no plan “Old” that is sold: add it, or change the name.")]
    [DataRow("a@example.com,,,Germany", "country: Give a country by its two letters, such as DE.")]
    [DataRow("a@example.com,,,,,Ann_1,their-old-one-42",
        "proxy_user: A name has 3 to 32 small letters and digits: separators belong to targeting.")]
    [DataRow("a@example.com,,,,,alice,their-old-one-42",
        "proxy_user: This name is taken: names are unique over the whole service.")]
    [DataRow("a@example.com,,,,,anna,short", "proxy_password: A secret has 12 to 64 characters.")]
    [DataRow("a@example.com,,,,,anna,with a space in it",
        "proxy_password: A secret has letters, digits, and - . ~ only, so that it works in every client's URL.")]
    [DataRow("a@example.com,,,,,anna,aaaaaaaaaaaa", "proxy_password: This secret repeats itself too much to be safe.")]
    [DataRow("a@example.com,,,,,,their-old-one-42", "proxy_user: This password is of no proxy user: give its name.")]
    [DataRow("a@example.com,,,,,,,-5,USD", "balance: A balance is an amount from 0 on, written with a point: 1250.00.")]
    [DataRow("a@example.com,,,,,,,\"1.250,00\",EUR",
        "balance: A balance is an amount from 0 on, written with a point: 1250.00.")]
    [DataRow("a@example.com,,,,,,,1.005,USD", "balance: USD has 2 digits after the point: '1.005' has more.")]
    [DataRow("a@example.com,,,,,,,5",
        "currency: A balance needs its currency. Give the currency as its three letters in ISO 4217, such as USD.")]
    [DataRow("a@example.com,,,,Personal,,,,,lots",
        "gb_left: Traffic is a number of GB, written with a point (1.5), or one with its unit (1500 MB).")]
    [DataRow("a@example.com,,,,,,,,,5", "gb_left: GB left needs a plan that counts traffic: give one, or leave this empty.")]
    [DataRow("a@example.com,,,,Hours,,,,,5", "gb_left: GB left needs a plan that counts traffic: give one, or leave this empty.")]
    [DataRow("a@example.com,,,,Personal,,,,,5,31.12.2026", "valid_until: Write the last day as 2027-01-31.")]
    public async Task Line_ThatCannotBeImported_SaysItsFieldAndWhy(string line, string refusal)
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await PlansAsync(plane);
        var taken = await plane.CustomerAsync("taken@example.com");
        await plane.ProxyUserAsync(taken.Id);
        long before = await plane.Database.ScalarAsync<long>(Everything);
        var mover = new Mover(plane);

        var found = await mover.CheckAsync("good@example.com,,,,Personal,goodone,their-old-one-42,10,USD,3,2027-06-30,old", line);

        Assert.AreEqual((ImportState.Checked, 1, 1), (found.State, found.Ready, found.Refused));
        Assert.AreEqual($"3 {refusal}", string.Join('\n', await mover.RefusalsAsync()));
        Assert.AreEqual(before, await plane.Database.ScalarAsync<long>(Everything), "a check changes nothing");
    }

    [TestMethod]
    public async Task Lines_ThatRepeatOrContradictOthers_AreRefusedWithTheirCustomer()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var mover = new Mover(plane);

        await mover.CheckAsync(
            "ann@example.com,Ann,,,,ann1,their-old-one-42,5,USD", "ANN@example.com,Ann,,,,ann2,their-old-one-42,5,USD",
            "ben@example.com,Ben", "ben@example.com,Ben",
            "cat@example.com,,,,,ann1", "cat@example.com,,,,,cat1",
            "dan@example.com,Dan,,,,dan1", "dan@example.com,Daniel,,,,dan2");

        CollectionAssert.AreEqual(new[]
        {
            "4 : Line 5 of the same customer is refused: a customer is imported with all its lines or not at all.",
            "5 email: Line 4 is the same customer: remove one of them.",
            "6 proxy_user: Line 2 has this proxy user already: names are unique.",
            "7 : Line 6 of the same customer is refused: a customer is imported with all its lines or not at all.",
            "8 : Line 9 of the same customer is refused: a customer is imported with all its lines or not at all.",
            "9 name: Line 8 of the same customer says something else here: leave one of them empty.",
        }, await mover.RefusalsAsync());
    }

    /// <summary>The first is found by a unique key, which ends a transaction that has no savepoint.</summary>
    [TestMethod]
    public async Task Customer_WithSeveralBadLines_HasEachOfThemSaid()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.ProxyUserAsync((await plane.CustomerAsync("taken@example.com")).Id);
        var mover = new Mover(plane);

        await mover.CheckAsync("ann@example.com,,,,,alice,their-old-one-42", "ann@example.com,,,,,anna,short",
            "ann@example.com,,,,,anne,their-old-one-42");

        CollectionAssert.AreEqual(new[]
        {
            "2 proxy_user: This name is taken: names are unique over the whole service.",
            "3 proxy_password: A secret has 12 to 64 characters.",
            "4 : Line 2 of the same customer is refused: a customer is imported with all its lines or not at all.",
        }, await mover.RefusalsAsync());
    }

    [TestMethod]
    public async Task Columns_ChosenWrongly_AreRefusedAndShowNoPassword()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var mover = new Mover(plane);
        await mover.CheckFileAsync($"E-mail;pass word;amount\nann@example.com;{Mover.Password};5");
        ImportField[] twice = [ImportField.Email, ImportField.Email, ImportField.Ignored];
        ImportField[] none = [ImportField.Ignored, ImportField.Balance, ImportField.Ignored];
        ImportField[] asBalance = [ImportField.Email, ImportField.Balance, ImportField.Ignored];

        Assert.AreEqual("import.field_twice@Fields",
            (await mover.StartAsync((start, id) => start.CheckAsync(id, twice, default))).Codes());
        Assert.AreEqual("import.no_email@Fields",
            (await mover.StartAsync((start, id) => start.CheckAsync(id, none, default))).Codes());
        Assert.AreEqual("", (await mover.StartAsync((start, id) => start.CheckAsync(id, asBalance, default))).Codes());
        await mover.DoAsync();

        Assert.DoesNotContain(Mover.Password, string.Join('\n', await mover.RefusalsAsync()));
        var columns = await plane.AskAsync(async (ImportQueries imports) =>
            await imports.ColumnsAsync((await mover.SummaryAsync()).Id, default));
        Assert.AreEqual("ann@example.com, ••••••••, 5", string.Join(", ", columns.SelectMany(column => column.Samples)));
        Assert.AreEqual(0, await plane.Database.ScalarAsync<long>(
            $"select count(*) from import_files where position('{Mover.Password}'::bytea in file_sealed) > 0"));
    }
}
