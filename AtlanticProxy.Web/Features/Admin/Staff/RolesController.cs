using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Features.Admin.Staff;

/// <summary>Roles of an owner's own: copied from one, with areas switched, and what changes shown before it is saved.</summary>
[Authorize(Policies.Owners), Route($"{StaffController.Path}/roles")]
internal sealed class RolesController(StaffRoleBook roles) : PortalController
{
    [HttpGet("new")]
    public async Task<IActionResult> New(string? from, CancellationToken cancellation)
    {
        var model = (await roles.ListAsync(cancellation)).FirstOrDefault(role => role.Name == from);
        return View("Form", new RoleForm(
            null, model?.Name ?? Roles.Support, null, model?.Rights ?? StaffRights.Shipped(Roles.Support)!, 0));
    }

    [HttpPost("new"), StepUp]
    public async Task<IActionResult> Add(
        [FromForm] string? name, [FromForm] string? from, [FromServices] AddStaffRole add, CancellationToken cancellation)
    {
        Task<IActionResult> Again() => Task.FromResult<IActionResult>(
            View("Form", new RoleForm(null, from ?? Roles.Support, name, Typed(), 0)));
        var rights = Typed();
        if (!ModelState.IsValid)
            return await RetryAsync(Again);
        return await AnswerAsync(await add.ExecuteAsync(new(name ?? "", rights), cancellation),
            _ => Back($"Role {name} added. Assign it to people, or invite people with it."), Again);
    }

    [HttpGet("{id:long}")]
    public async Task<IActionResult> Edit(long id, CancellationToken cancellation) =>
        Answer(await roles.FindAsync(id, cancellation), role =>
        {
            Show(FactsOf(role.Name, role.Rights));
            return View("Form", new RoleForm(id, role.Name, role.Name, role.Rights, role.People));
        });

    [HttpPost("{id:long}"), StepUp]
    public async Task<IActionResult> Change(
        long id, [FromForm] string? name, [FromServices] ChangeStaffRole change, CancellationToken cancellation)
    {
        var found = await roles.FindAsync(id, cancellation);
        if (!found.IsSuccess)
            return Answer(found, Ok);
        var role = found.Value;
        var rights = Typed();
        var stored = FactsOf(role.Name, role.Rights);
        Task<IActionResult> Again() => Task.FromResult<IActionResult>(
            View("Form", new RoleForm(id, role.Name, name, rights, role.People)));
        if (HasChangedMeanwhile(stored))
            return await Again();
        if (!ModelState.IsValid)
            return await RetryAsync(Again);
        if (Preview.Of(Request.Form, $"Change the role {role.Name}?",
            Phrase.Plural(role.People,
                $"{Format.Count(role.People)} person has it, and is signed out: they sign in again with it.",
                $"{Format.Count(role.People)} people have it, and are signed out: they sign in again with it."),
            $"{StaffController.Path}/roles/{id}",
            [.. stored, .. PagesOf("", Missing(role.Rights, rights))],
            [.. FactsOf(name?.Trim() ?? "", rights), .. PagesOf(Missing(rights, role.Rights), "")]) is { } preview)
            return View("Preview", preview);
        return await AnswerAsync(await change.ExecuteAsync(new(id, name ?? "", rights), cancellation),
            any => Back(any ? (Phrase)$"The role {name} is changed, and its people sign in again." : "No changes."), Again);
    }

    [HttpGet("{id:long}/remove")]
    public async Task<IActionResult> AskRemove(long id, CancellationToken cancellation) =>
        Answer(await roles.FindAsync(id, cancellation), role => View("Confirm", new Confirmation(
            $"Remove the role {role.Name}?", "It can no longer be assigned. Pending invitations with this role stop working.",
            "Remove role", StaffController.Path)));

    [HttpPost("{id:long}/remove"), StepUp]
    public async Task<IActionResult> Remove(long id, [FromServices] RemoveStaffRole remove, CancellationToken cancellation)
    {
        var removed = await remove.ExecuteAsync(new(id), cancellation);
        return await AnswerAsync(removed, name => Back($"The role {name} is removed."),
            () => Task.FromResult<IActionResult>(Back(removed.Errors[0].Words)));
    }

    /// <summary>What the form's lists say; what is no choice is said beside its list.</summary>
    private StaffRights Typed()
    {
        var access = new Dictionary<Area, Access>();
        foreach (var area in Enum.GetValues<Area>())
            if (Enum.TryParse<Access>(Request.Form[$"{area}"], out var level) && StaffRights.LevelsOf(area).Contains(level))
                access[area] = level;
            else
                Refuse($"{area}", "Choose one of these.");
        return StaffRights.Of(access);
    }

    private static FormFact[] FactsOf(string name, StaffRights rights) =>
    [
        new("Name", name),
        .. Enum.GetValues<Area>().Select(area => new FormFact(AreaWords.Of(area), T[AreaWords.Of(area, rights[area])])),
    ];

    /// <summary>Of the menu.</summary>
    private static FormFact[] PagesOf(string gained, string lost) => [new("Pages gained", gained), new("Pages lost", lost)];

    /// <summary>Pages of the menu that <paramref name="some"/> have and <paramref name="others"/> have not.</summary>
    private static string Missing(StaffRights some, StaffRights others) => string.Join(", ",
        Navigation.PagesOf(some).Except(Navigation.PagesOf(others)).Select(page => T[page.Label]));

    private LocalRedirectResult Back(Phrase words) => RedirectSaying(StaffController.Path, words);
}
