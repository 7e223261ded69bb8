// Package store keeps an index in DynamoDB and bodies in S3.
package store

import (
	"context"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// Item is one row of the index.
type Item struct {
	Name string `dynamodbav:"name" json:"name"`
	Key  string `dynamodbav:"key" json:"key"`
	Size int64  `dynamodbav:"size" json:"size"`
}

// Store finds items and opens their bodies.
type Store struct {
	table, bucket string
	index         *dynamodb.Client
	bodies        *s3.Client
}

// Open reads the environment's AWS configuration.
func Open(ctx context.Context, table, bucket string) (*Store, error) {
	settings, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("cannot read the AWS configuration: %w", err)
	}
	return &Store{table, bucket, dynamodb.NewFromConfig(settings), s3.NewFromConfig(settings)}, nil
}

// Find returns the item of that name.
func (s *Store) Find(ctx context.Context, name string) (Item, error) {
	var item Item
	key := map[string]types.AttributeValue{"name": &types.AttributeValueMemberS{Value: name}}
	found, err := s.index.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String(s.table), Key: key})
	if err != nil {
		return item, err
	}
	return item, attributevalue.UnmarshalMap(found.Item, &item)
}

// Body opens the bytes of an item; the caller closes it.
func (s *Store) Body(ctx context.Context, item Item) (io.ReadCloser, error) {
	object, err := s.bodies.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String(s.bucket), Key: aws.String(item.Key)})
	if err != nil {
		return nil, err
	}
	return object.Body, nil
}

// Put stores a body and then its row.
func (s *Store) Put(ctx context.Context, item Item, body io.Reader) error {
	_, err := s.bodies.PutObject(ctx, &s3.PutObjectInput{
		Bucket: aws.String(s.bucket), Key: aws.String(item.Key), Body: body,
	})
	if err != nil {
		return err
	}
	row, err := attributevalue.MarshalMap(item)
	if err != nil {
		return err
	}
	_, err = s.index.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String(s.table), Item: row})
	return err
}
