using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Customers;

/// <summary>Notes and tags of a customer, for staff alone.</summary>
[Reads(Area.Customers), Route("/admin/customers/{id:long}")]
internal sealed class NotesController(NoteCustomer note) : PortalController
{
    [HttpPost("notes"), Writes(Area.Help)]
    public async Task<IActionResult> Add(long id, string? words, CancellationToken cancellation)
    {
        var added = await note.AddAsync(new(id, User.Identity?.Name ?? "", words ?? ""), cancellation);
        return Said(id, added, "The note is saved.");
    }

    [HttpPost("notes/{noteId:long}/remove"), Writes(Area.Customers)]
    public async Task<IActionResult> Remove(long id, long noteId, CancellationToken cancellation) =>
        Answer(await note.RemoveAsync(id, noteId, cancellation), () => Back(id, "The note is removed."));

    [HttpPost("tags"), Writes(Area.Customers)]
    public async Task<IActionResult> Tag(long id, string? tags, CancellationToken cancellation) =>
        Said(id, await note.TagAsync(id, tags ?? "", cancellation), "The tags are saved.");

    /// <summary>The form has one field, so the page's notice shows what is wrong with it.</summary>
    private IActionResult Said(long id, Result done, Phrase words) =>
        done is { IsSuccess: false, Errors: [{ Kind: not ErrorKind.NotFound } error, ..] }
            ? Back(id, $"Nothing was saved. {error.Words}")
            : Answer(done, () => Back(id, words));

    private LocalRedirectResult Back(long id, Phrase words) => RedirectSaying($"/admin/customers/{id}#notes", words);
}
