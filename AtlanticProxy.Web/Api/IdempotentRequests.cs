using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AtlanticProxy.ControlPlane.ApiTokens;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace AtlanticProxy.Web.Api;

/// <summary>
/// A POST with an <c>Idempotency-Key</c> is done once: sent again within a day, it is answered as the first time. A refused
/// request can be sent again with the same key. After a fault it cannot: nobody knows whether it was done.
/// </summary>
internal static class IdempotentRequests
{
    public const string Header = "Idempotency-Key", Replayed = "Idempotent-Replayed";

    /// <summary>What is kept of an answer.</summary>
    private sealed record Answer(int Status, string? ContentType, string? Location, string? ETag, string Body);

    public static async Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        string key = context.Request.Headers[Header].ToString();
        if (!HttpMethods.IsPost(context.Request.Method) || key.Length == 0
            || context.User.FindFirst(BearerHandler.TokenClaim) is null)
        {
            await next(context);
            return;
        }
        if (key.Length > IdempotencyBook.MaxKeyLength || key.Any(c => c is < ' ' or > '~'))
        {
            await ApiProblem.Invalid("request.idempotency_key_invalid",
                $"{Header} must have at most {IdempotencyBook.MaxKeyLength} printable ASCII characters.").ExecuteAsync(context);
            return;
        }
        long token = BearerHandler.HolderOf(context).TokenId;
        var book = context.RequestServices.GetRequiredService<IdempotencyBook>();
        var (state, kept) = await book.BeginAsync(token, key, await HashAsync(context), context.RequestAborted);
        await (state switch
        {
            IdempotencyState.New => DoAsync(context, next, book, token, key),
            IdempotencyState.Done => ReplayAsync(context, JsonSerializer.Deserialize<Answer>(kept!)!),
            IdempotencyState.Begun => new ApiProblem(StatusCodes.Status409Conflict, new ApiError("request.in_progress",
                "A request with this key is in progress or has failed. Check whether it was done before you send it with "
                    + "another key.")).ExecuteAsync(context),
            IdempotencyState.Differs => new ApiProblem(StatusCodes.Status422UnprocessableEntity, new ApiError(
                "request.idempotency_key_reused", "This key was used for a different request. Use a new key for each request."))
                    .ExecuteAsync(context),
        });
    }

    private static async Task DoAsync(HttpContext context, RequestDelegate next, IdempotencyBook book, long token, string key)
    {
        // A client that disconnects does not stop the request: nobody could know how much of it was done.
        context.RequestAborted = CancellationToken.None;
        var wire = context.Response.Body;
        using var body = new MemoryStream();
        context.Response.Body = body;
        bool isRefused = false;
        try
        {
            await next(context);
            isRefused = context.Response.StatusCode >= StatusCodes.Status400BadRequest;
        }
        catch (BadHttpRequestException)
        {
            isRefused = true;
            throw;
        }
        finally
        {
            context.Response.Body = wire;
            // After a fault, the key stays taken: the request may have been done before it broke.
            if (isRefused)
                await book.ForgetAsync(token, key, CancellationToken.None);
        }
        if (!isRefused)
            await book.FinishAsync(token, key, JsonSerializer.Serialize(AnswerOf(context.Response, body)),
                CancellationToken.None);
        body.Position = 0;
        await body.CopyToAsync(wire, CancellationToken.None);
    }

    private static Answer AnswerOf(HttpResponse response, MemoryStream body) => new(
        response.StatusCode, response.ContentType, response.Headers.Location, response.Headers.ETag,
        Encoding.UTF8.GetString(body.ToArray()));

    private static Task ReplayAsync(HttpContext context, Answer answer)
    {
        var response = context.Response;
        (response.StatusCode, response.ContentType) = (answer.Status, answer.ContentType);
        foreach (var (name, value) in new[] { (HeaderNames.Location, answer.Location), (HeaderNames.ETag, answer.ETag),
            (Replayed, "true") })
            if (value is not null)
                response.Headers[name] = value;
        return answer.Body.Length == 0 ? Task.CompletedTask : response.WriteAsync(answer.Body, context.RequestAborted);
    }

    private static async Task<byte[]> HashAsync(HttpContext context)
    {
        var request = context.Request;
        request.EnableBuffering();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path}{request.QueryString}\n"));
        byte[] part = new byte[81_920]; // Stream.CopyTo's size
        int read;
        while ((read = await request.Body.ReadAsync(part, context.RequestAborted)) > 0)
            hash.AppendData(part.AsSpan(0, read));
        request.Body.Position = 0;
        return hash.GetHashAndReset();
    }
}
