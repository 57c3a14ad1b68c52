// Prints a front page in three languages, then writes a draft, reads it, and puts it into the trash.
// Clients by openapi-generator.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strings"

	"tribuna.example/clients/generated/delivery"
	"tribuna.example/clients/generated/management"
)

func setting(name, value string) string {
	if set := os.Getenv(name); set != "" {
		return set
	}
	return value
}

var url = setting("API_URL", "http://127.0.0.1:8080")

func frontPage(ctx context.Context, lang string) error {
	configuration := delivery.NewConfiguration()
	configuration.Servers = delivery.ServerConfigurations{{URL: url}}
	client := delivery.NewAPIClient(configuration)
	page, _, err := client.PostsAPI.ListPublicPosts(ctx).Lang(lang).Fallback([]string{"en"}).Limit(3).Execute()
	if err != nil {
		return err
	}
	fmt.Printf("\n%s\n", lang)
	for _, post := range page.Data {
		var authors []string
		for _, byline := range post.Authors {
			authors = append(authors, byline.Name)
		}
		fmt.Printf("- %s (%s) by %s: %s\n", post.Title, post.Lang, strings.Join(authors, ", "), post.Url)
	}
	first := page.Data[0]
	one, _, err := client.PostsAPI.GetPublicPost(ctx, first.Id).Lang(first.Lang).Execute()
	if err != nil {
		return err
	}
	fmt.Printf("  %s: %d bytes of HTML\n", one.Data.Title, len(one.Data.Body.Html))
	return nil
}

func draft(ctx context.Context) error {
	configuration := management.NewConfiguration()
	configuration.Servers = management.ServerConfigurations{{URL: url}}
	client := management.NewAPIClient(configuration)
	login := management.NewLogin(setting("API_EMAIL", "admin@example.org"), os.Getenv("API_PASSWORD"))
	tokens, _, err := client.SessionsAPI.CreateSession(ctx).Login(*login).Execute()
	if err != nil {
		return err
	}
	ctx = context.WithValue(ctx, management.ContextAccessToken, tokens.AccessToken)
	body := management.NewBodySource(management.FormatMarkdown, "Hello.")
	text := management.NewFirstTranslation("en", "A draft by openapi-generator, in Go", *body)
	created, _, err := client.PostsAPI.CreatePost(ctx).PostInput(*management.NewPostInput(*text)).Execute()
	if err != nil {
		return err
	}
	id := created.Data.Id
	read, _, err := client.PostsAPI.GetTranslation(ctx, id, "en").Execute()
	if err != nil {
		return err
	}
	fmt.Printf("\nDraft: %s, %s\n", read.Data.Title, read.Data.Status)
	_, err = client.PostsAPI.DeletePost(ctx, id).Execute()
	return err
}

func main() {
	ctx := context.Background()
	for _, lang := range []string{"en", "fr", "es"} {
		if err := frontPage(ctx, lang); err != nil {
			log.Fatal(err)
		}
	}
	if err := draft(ctx); err != nil {
		log.Fatal(err)
	}
}
