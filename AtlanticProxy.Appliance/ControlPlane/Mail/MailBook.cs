using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Events;
using LinqToDB;
using LinqToDB.Async;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.ControlPlane.Mail;

/// <summary>A mail to write.</summary>
/// <param name="Key">What is to be told once: the same key again writes nothing.</param>
/// <param name="Event">What the template calls <c>event</c>.</param>
/// <param name="InvoiceId">Whose PDF goes with it.</param>
public sealed record MailOrder(
    string Key, MailTemplate Template, string Recipient, string Name, string Language, IReadOnlyDictionary<string, object?> Event,
    long? CustomerId = null, long? InvoiceId = null);

/// <summary>Writes mails into the outbox, in the caller's transaction where it has begun one.</summary>
public sealed partial class MailBook(
    AtlanticDb db, MailTemplates templates, MailSender sender, TimeProvider time, ILogger<MailBook> log)
{
    /// <summary>Answers whether it was written: not where there is one under its key.</summary>
    public async Task<bool> WriteAsync(MailOrder order, CancellationToken cancellation)
    {
        var from = await sender.FindAsync(cancellation, order.CustomerId);
        var values = new Dictionary<string, object?>
        {
            ["brand"] = from.Brand, ["name"] = order.Name, ["email"] = order.Recipient, ["portal"] = from.Portal,
            ["sender"] = from.Address, ["event"] = order.Event,
        };
        var rendered = await MailRendering.RenderAsync(
            await templates.FindAsync(order.Template, order.Language, cancellation), order.Language, values);
        if (!rendered.IsSuccess)
        {
            LogTemplate(order.Template, order.Language, rendered.Errors[0].Message);
            rendered = await MailRendering.RenderAsync(
                MailDefaults.Of(order.Template, MailDefaults.Default), MailDefaults.Default, values);
        }
        var now = time.GetUtcNow();
        string domain = from.Address.Split('@')[^1] is { Length: > 0 } own ? own : "localhost";
        string messageId = $"{Guid.CreateVersion7(now):n}@{domain}";
        string template = System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(order.Template.ToString());
        // Not "insert unless taken": a unique key's refusal would end the caller's transaction.
        return await db.ExecuteSqlAsync($"""
            insert into mails (key, template, customer_id, invoice_id, recipient, sender_name, reply_to, subject, text_body,
                html_body, state, next_try_at, give_up_at, message_id, created_at)
            values ({order.Key}, {template}, {order.CustomerId}, {order.InvoiceId}, {order.Recipient}, {from.Name},
                {from.ReplyTo}, {rendered.Value.Subject}, {rendered.Value.Text}, {rendered.Value.Html}, 'queued', {now},
                {now + Retries.GiveUpAfter}, {messageId}, {now})
            on conflict (key) do nothing
            """, cancellation) > 0;
    }

    [LoggerMessage(2751, LogLevel.Error,
        "The reseller's template {Template} ({Language}) cannot be filled in, ours is used: {Why}")]
    private partial void LogTemplate(MailTemplate template, string language, string why);
}
